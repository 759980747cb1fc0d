import { describe, expect, it } from '@jest/globals';
import { renderBench } from '../../bench/markdown.ts';
import { isLive, RULE_MET, type Seen } from '../../bench/observer.ts';
import { type OverheadRun, overheadRow, phasesOf } from '../../bench/overhead.ts';
import { type Results, targetsOf } from '../../bench/results.ts';
import { parseCalls } from '../../bench/trace.ts';
import { checkOwnWord, summarise, type VerdictRun } from '../../bench/verdict.ts';

const verdictRun = (over: Partial<VerdictRun>): VerdictRun => ({
  round: 1,
  helm: 'helm3',
  fault: 'missing',
  side: 'action',
  lag: 40,
  recordLag: 60,
  ruleMetAfterApply: 1500,
  goodAfterApply: 3000,
  goodAfterStart: 4000,
  saidAfterStart: 4500,
  load: 1,
  ...over,
});
const THEIRS = { side: 'helm', lag: undefined, recordLag: undefined, goodAfterApply: 61_000 } as const;

const overheadRuns = (actionMs: number, bareMs: number): OverheadRun[] => [
  {
    round: 1,
    helm: 'helm3',
    side: 'action',
    wall: actionMs,
    post: 100,
    phases: { prepare: 300, inspect: 400, upgrade: 2200, finish: 100 },
    load: 1,
  },
  { round: 1, helm: 'helm3', side: 'helm', wall: bareMs, load: 1 },
];

function results(over: Partial<Results>): Results {
  return {
    schemaVersion: 1,
    date: '2026-11-23T21:00:00.000Z',
    seed: 42,
    rounds: 1,
    peerRounds: 1,
    machine: {
      cores: 2,
      cpu: 'x',
      memoryGb: 24,
      os: 'linux 6',
      node: '24.1.0',
      versions: { helm3: '3.22.0' },
      dist: 'abc',
      commit: 'def',
    },
    load: { start: 0.5, end: 1.5 },
    targets: targetsOf(over),
    ...over,
  };
}

describe('targets', () => {
  const met = (measured: Parameters<typeof targetsOf>[0]): boolean[] => targetsOf(measured).map((target) => target.met);

  it('are met at the limit and missed above it', () => {
    const verdict = (lag: number, good: number) =>
      summarise([verdictRun({ lag, goodAfterApply: good }), verdictRun(THEIRS)]);
    expect(met({ verdict: verdict(100, 10_000) })).toEqual([true, true, true]);
    expect(met({ verdict: verdict(101, 10_001) })).toEqual([false, true, false]);
    expect(met({ verdict: verdict(301, 1) })).toEqual([false, false, true]);

    const overhead = (actionMs: number) => {
      const runs = overheadRuns(actionMs, 2000);
      return { runs, rows: [overheadRow('helm3', runs)], traces: [] };
    };
    expect(met({ overhead: overhead(3000) })).toEqual([true]);
    expect(met({ overhead: overhead(3001) })).toEqual([false]);

    const watch = (ours: number) => [{ helm: 'helm3' as const, ours, helms: 90, requests: [] }];
    expect(met({ watch: watch(5) })).toEqual([true]);
    expect(met({ watch: watch(6) })).toEqual([false]);
  });

  it("does not hold Helm's own time-out against the action", () => {
    const names = targetsOf({ verdict: summarise([verdictRun({}), verdictRun(THEIRS)]) }).map(({ name }) => name);
    expect(names.filter((name) => name.includes('live again'))).toHaveLength(1);
  });
});

describe("the action's own word", () => {
  it('counts only between the write that met the rule and the failed record', () => {
    expect(() => checkOwnWord({ ruleMet: 1000, verdictAt: 1040, record: 1060 })).not.toThrow();
    expect(() => checkOwnWord({ ruleMet: 1000, verdictAt: 900, record: 1060 })).toThrow(/not in this order/);
    expect(() => checkOwnWord({ ruleMet: 1000, verdictAt: 1100, record: 1060 })).toThrow(/not in this order/);
    expect(() => checkOwnWord({ ruleMet: 1000, verdictAt: 1040, record: undefined })).toThrow(/no second write/);
  });
});

describe('docs/bench.md', () => {
  const verdict = summarise([verdictRun({}), verdictRun({ lag: 60 }), verdictRun(THEIRS)]);

  it('has a row per side, the targets, and where it was measured', () => {
    const text = renderBench([results({ verdict })]);
    expect(text).toContain('| image not found | the action (Helm 3) | 2 | 1.50 (1.50–1.50) | 0.050 (0.040–0.060) |');
    expect(text).toContain('| image not found | Helm 3 `--atomic` | 1 |');
    expect(text).toContain('| verdict after the rule was met, median | ≤ 0.1 s | 0.05 s | ✅ |');
    expect(text).toContain('2 cores, 24 GB');
    expect(text).toContain('seed 42');
    expect(text).not.toContain('## Overhead');
  });

  it('takes each part from the newest run that has it', () => {
    const watch = (ours: number) => [{ helm: 'helm4' as const, ours, helms: 0, requests: [] }];
    const text = renderBench([results({ verdict, watch: watch(1) }), results({ watch: watch(6), seed: 43 })]);
    expect(text).toContain('| Helm 4 | 6 | 0 |');
    expect(text).toContain('| 6 requests | ❌ |');
    expect(text).toContain('## Verdict');
    expect(text).toMatch(/seed 42[\s\S]*seed 43/);
  });
});

describe('phases', () => {
  it('are parted by the log lines and the record', () => {
    const lines = [
      { at: 1300, text: 'Rendering web and reading what runs in n' },
      { at: 1700, text: 'helm upgrade --install web (revision 2)' },
    ];
    const run = { beganAt: 1000, endedAt: 4200, lines };
    expect(phasesOf(run, 4000)).toEqual({ prepare: 300, inspect: 400, upgrade: 2300, finish: 200 });
    expect(() => phasesOf({ ...run, lines: [] }, 4000)).toThrow(/no line that starts with "Rendering "/);
    expect(() => phasesOf(run, undefined)).toThrow(/record/);
  });

  it('list the programs with their times', () => {
    const text =
      'from 7 1000500 kubectl proxy --unix-socket x\nfrom 8 1000200 helm version\nto 8 1000250 helm version\n';
    expect(parseCalls(text, 1000)).toEqual([
      { what: 'helm version', from: expect.closeTo(0.2), to: expect.closeTo(0.25) },
      { what: 'kubectl proxy --unix-socket', from: expect.closeTo(0.5) },
    ]);
  });
});

describe("the bench's own eyes", () => {
  const pod = (tag: string, waiting: object, restartCount = 0): Seen => ({
    kind: 'Pod',
    metadata: { name: 'web-1' },
    spec: { containers: [{ image: `registry.example.com/web:${tag}` }] },
    status: { containerStatuses: [{ restartCount, state: { waiting } }] },
  });

  it('know a missing image by its text and a crash loop by its second restart', () => {
    const notFound = { reason: 'ErrImagePull', message: 'registry.example.com/web:missing: not found' };
    expect(RULE_MET.missing(pod('missing', notFound))).toBe(true);
    expect(RULE_MET.missing(pod('missing', { reason: 'ContainerCreating' }))).toBe(false);
    expect(RULE_MET.crash(pod('crash', { reason: 'CrashLoopBackOff' }, 2))).toBe(true);
    expect(RULE_MET.crash(pod('crash', { reason: 'CrashLoopBackOff' }, 1))).toBe(false);
    expect(RULE_MET.crash(pod('1.0.0', { reason: 'CrashLoopBackOff' }, 2))).toBe(false);
  });

  it('call a Deployment live only when its controller has seen it and nothing else runs', () => {
    const deployment = (over: object, tag = '1.0.0'): Seen => ({
      kind: 'Deployment',
      metadata: { name: 'web', generation: 3 },
      spec: { replicas: 3, template: { spec: { containers: [{ image: `registry.example.com/web:${tag}` }] } } },
      status: { observedGeneration: 3, replicas: 3, updatedReplicas: 3, availableReplicas: 3, ...over },
    });
    expect(isLive(deployment({}), '1.0.0')).toBe(true);
    expect(isLive(deployment({}, 'missing'), '1.0.0')).toBe(false);
    expect(isLive(deployment({ observedGeneration: 2 }), '1.0.0')).toBe(false);
    expect(isLive(deployment({ replicas: 4 }), '1.0.0')).toBe(false);
    expect(isLive(deployment({ availableReplicas: 2 }), '1.0.0')).toBe(false);
  });
});
