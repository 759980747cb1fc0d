import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../../src/report/render.ts';
import { isRed, type Report, type Status } from '../../src/report/report.ts';

const T = Date.parse('2026-11-23T12:00:00Z');
const ref = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, namespace: 'pearl', name });

function report(more: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    command: 'deploy',
    status: 'rolled-back',
    reason: 'the image `acme/web:1.6` does not exist (`ErrImagePull`)',
    next: 'push the image, then re-run',
    release: 'web',
    namespace: 'pearl',
    cluster: '0123456789ab',
    revision: 9,
    previousRevision: 7,
    images: [{ workload: ref('Deployment', 'web'), container: 'app', from: 'acme/web:1.5', to: 'acme/web:1.6' }],
    drift: [],
    workloads: [],
    history: [],
    warnings: [],
    startedAt: T,
    tookMs: 12_345,
    helmVersion: '4.3.1',
    run: {
      url: 'https://github.com/acme/web/actions/runs/1',
      id: '1',
      attempt: '1',
      sha: '0123456789abcdef',
      actor: 'ada',
    },
    ...more,
  };
}
const ROLLBACK: NonNullable<Report['rollback']> = {
  to: 7,
  proof: 'observed',
  verified: true,
  problems: [],
  tookMs: 2_100,
  restoredImages: [],
};
const lines = (more: Partial<Report>): string[] => renderMarkdown(report(more)).split('\n');

describe('the headline', () => {
  it.each<[Status, Partial<Report>, string]>([
    ['deployed', {}, 'deployed ✅ revision 9 in 12 s'],
    ['rolled-back', { rollback: ROLLBACK }, 'failed ❌ rolled back to revision 7, verified'],
    [
      'rolled-back',
      { rollback: { ...ROLLBACK, verified: false } },
      'failed ❌ rolled back to revision 7, not verified',
    ],
    ['rollback-failed', { rollback: ROLLBACK }, 'failed ❌ and the rollback failed too 🔥'],
    ['uninstalled', {}, 'first install failed ❌ uninstalled'],
    ['failed', {}, 'failed ❌'],
    ['refused', {}, 'refused ⛔ nothing was changed'],
    ['unknown', {}, 'unknown ❓'],
    ['failed', { command: 'diff' }, 'no diff ❌ the chart does not render'],
  ])('of %s %#', (status, more, text) => {
    expect(lines({ status, ...more })[0]).toBe(`### ⎈ web → pearl · ${text}`);
  });

  it('is red for all but deployed', () => {
    const all: Status[] = ['deployed', 'rolled-back', 'rollback-failed', 'uninstalled', 'failed', 'refused', 'unknown'];
    expect(all.filter((status) => !isRed(status))).toEqual(['deployed']);
  });
});

describe('what it means', () => {
  it('on success: the images, and that a hot-fix is gone', () => {
    const [, , meaning] = lines({ status: 'deployed', drift: report().images });
    expect(meaning).toBe('**image** `1.5` → `1.6` · hot-fix replaced');
    expect(renderMarkdown(report({ status: 'deployed' }))).not.toContain('**Why:**');
  });

  it('on failure: why, when it was seen and certain, what was done, what to do', () => {
    const cause = {
      rule: 'r',
      class: 'c',
      why: '',
      next: '',
      object: ref('Pod', 'p'),
      message: '',
      seenAfterMs: 900,
      finalAfterMs: 20_900,
    };
    expect(lines({ cause, rollback: ROLLBACK }).slice(2, 6)).toEqual([
      '**Why:** the image `acme/web:1.6` does not exist \\(`ErrImagePull`\\).',
      '**Seen** 0.9 s after the upgrade began, certain 20 s later.',
      '**Back** on revision 7 (seen healthy before this run) 2.1 s later, all objects checked.',
      '**Next:** push the image, then re-run.',
    ]);
    expect(lines({ cause: { ...cause, finalAfterMs: 900 } })[3]).toBe(
      '**Seen** 0.9 s after the upgrade began, certain at once.',
    );
  });

  it.each([
    ['recorded', 'deployed healthy by an earlier run'],
    ['assumed', "assumed healthy: only Helm's status says so"],
  ] as const)('says how sure the target is: %s', (proof, text) => {
    expect(renderMarkdown(report({ rollback: { ...ROLLBACK, proof } }))).toContain(`**Back** on revision 7 (${text})`);
  });

  it('says what was not verified, and never "Back" then', () => {
    const rollback = {
      ...ROLLBACK,
      verified: false,
      problems: ['Deployment/web: 0 of 3 replicas are available', 'Service/web is missing'],
    };
    const text = renderMarkdown(report({ rollback }));
    expect(text).toContain(
      '**Not verified:** revision 7: Deployment/web: 0 of 3 replicas are available; Service/web is missing.',
    );
    expect(text).not.toContain('**Back**');
  });

  it('names the images that were put back', () => {
    const restoredImages = [
      { workload: ref('Deployment', 'web'), container: 'app', from: 'acme/web:1.0', to: 'acme/web:1.5-fix' },
    ];
    expect(renderMarkdown(report({ rollback: { ...ROLLBACK, restoredImages } }))).toContain(
      'The images that ran before are back: `acme/web:1.5-fix` (the chart says `acme/web:1.0`).',
    );
  });
});

describe('the parts', () => {
  it('warnings stand in one alert', () => {
    expect(renderMarkdown(report({ warnings: ['first', 'second `x`'] }))).toContain(
      '> [!WARNING]\n> first\n>\n> second `x`\n\n',
    );
  });

  it('workloads have their numbers, time and what is missing', () => {
    const rows = [
      { ref: ref('Deployment', 'web'), ready: 3, desired: 3, done: true, missing: '', tookMs: 4_200 },
      { ref: ref('StatefulSet', 'db'), ready: 0, desired: 1, done: false, missing: '0 of 1 replicas are ready' },
    ];
    const text = renderMarkdown(report({ workloads: rows }));
    expect(text).toContain(
      '| `Deployment/web` | 3/3 | 4.2 s | ✅ |\n| `StatefulSet/db` | 0/1 |  | ⏳ 0 of 1 replicas are ready |',
    );
  });

  it('evidence has node, probe, Events with their time, and logs in fences that they cannot close', () => {
    const evidence: Report['evidence'] = {
      object: { ...ref('Pod', 'web-a'), apiVersion: 'v1' },
      node: 'node-1',
      probe: 'GET / on port 80',
      events: [{ at: T + 3_000, reason: 'BackOff', message: 'Back-off | <b>', count: 4 }],
      routineEvents: 2,
      previousLog: ['panic', '```', '</details>'],
    };
    const text = renderMarkdown(report({ evidence }));
    expect(text).toContain('<details><summary>Evidence: Pod/web-a (node-1)</summary>');
    expect(text).toContain('Probe: `GET / on port 80`');
    expect(text).toContain('| +3.0 s | `BackOff` Back-off \\| &lt;b&gt; (4×) |');
    expect(text).toContain('2 routine events left out.');
    expect(text).toContain('Last lines before it ended:\n\n````\npanic\n```\n</details>\n````');
    expect(text).not.toContain('No log');
    const silent = renderMarkdown(
      report({ evidence: { ...evidence, events: [], routineEvents: 0, previousLog: undefined } }),
    );
    expect(silent).toContain('No events.');
    expect(silent).toContain('No log: the container said nothing or never started.');
    expect(silent).not.toContain('routine');
  });

  it('history is folded, and left out after a success', () => {
    const history = [{ number: 7, status: 'deployed', updated: T, chart: 'web-1.0.0', note: 'healthy' }];
    expect(renderMarkdown(report({ history }))).toContain(
      '| 7 | deployed | web-1.0.0 | 2026-11-23 12:00 UTC | healthy |',
    );
    expect(renderMarkdown(report({ history, status: 'deployed' }))).not.toContain('History');
  });

  it('the footer says where from', () => {
    expect(renderMarkdown(report())).toMatch(
      /\n<sub>Before: revision 7 · `0123456` · Helm 4\.3\.1 · \[run\]\(https:\/\/github\.com\/acme\/web\/actions\/runs\/1\)<\/sub>\n$/,
    );
    const bare = report({ previousRevision: undefined, run: { ...report().run, url: '', sha: '' } });
    expect(renderMarkdown(bare)).toMatch(/\n<sub>Helm 4\.3\.1<\/sub>\n$/);
  });

  it('has no part that says nothing', () => {
    const text = renderMarkdown(report({ next: '' }));
    expect(text).not.toMatch(/undefined|NaN|\n\n\n|\*\*Next/);
  });
});

describe('foreign text', () => {
  it('fires nowhere', () => {
    const evil = '@ada <img src=x> #12 https://evil.example | `x';
    const text = renderMarkdown(
      report({
        reason: evil,
        next: evil,
        warnings: [evil],
        workloads: [{ ref: ref('Deployment', 'web'), ready: 0, desired: 1, done: false, missing: evil }],
        history: [{ number: 1, status: evil, updated: T, chart: evil, note: evil }],
        evidence: {
          object: ref('Pod', evil),
          events: [{ at: T, reason: 'X', message: evil, count: 1 }],
          routineEvents: 0,
        },
        run: { ...report().run, url: '' },
      }),
    );
    expect(text).not.toMatch(/@ada|<img|#12|https:\/\//);
    for (const row of text.split('\n').filter((line) => line.startsWith('| '))) {
      expect(row.replace(/\\\|/g, '')).toMatch(/^(\|[^|]*){2,5}\|$/);
    }
  });
});
