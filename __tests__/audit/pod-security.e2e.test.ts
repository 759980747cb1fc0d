import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Level } from '../../src/audit/pod-security/control.ts';
import { review, reviewedPod } from '../../src/audit/pod-security/review.ts';
import { subjectsOf } from '../../src/audit/subjects.ts';
import { seeded } from '../e2e/draw.ts';
import { until } from '../e2e/processes.ts';
import { theBed } from '../e2e/step.ts';
import { EDITS, goodPod, type LoosePod, REASONS } from './pod-specs.ts';

/** The bed's minor, and an older set of rules that the same server is asked to enforce. */
const SERVER_MINOR = 32;
const { seed, random } = seeded();
const older = 25 + Math.floor(random() * 6);
const run = Math.random().toString(36).slice(2, 8);

const RULINGS: { level: Level; minor: number; namespace: string }[] = (['baseline', 'restricted'] as const).flatMap(
  (level) => [SERVER_MINOR, older].map((minor) => ({ level, minor, namespace: `pss-${level}-${minor}-${run}` })),
);

/** One edit each, then seeded mixes of two to four. */
function pods(): { name: string; pod: LoosePod }[] {
  const made = EDITS.map((edit) => [edit]);
  for (let i = 0; i < 40; i += 1) {
    const size = 2 + Math.floor(random() * 3);
    made.push(
      Array.from({ length: size }, () => EDITS[Math.floor(random() * EDITS.length)] ?? EDITS[0]).filter(isEdit),
    );
  }
  return made.map((edits, at) => {
    const pod = goodPod(`p-${at}`);
    for (const { edit } of edits) tryEdit(edit, pod);
    return { name: edits.map(({ name }) => name).join(' + '), pod: JSON.parse(JSON.stringify(pod)) };
  });
}

function isEdit(edit: (typeof EDITS)[number] | undefined): edit is (typeof EDITS)[number] {
  return edit !== undefined;
}

/** Two edits may take each other's ground away (no init container, then something on it): the pod stays as it was. */
function tryEdit(edit: (pod: LoosePod) => void, pod: LoosePod): void {
  const before = structuredClone(pod);
  try {
    edit(pod);
  } catch {
    Object.assign(pod, before);
  }
}

function kubectl(input: unknown, ...args: string[]): { stdout: string; stderr: string } {
  const { bin, kubeconfig } = theBed();
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return spawnSync(path.join(bin, 'kubectl'), args, { encoding: 'utf8', env, input: JSON.stringify(input) });
}

/** What the API server's admission says of every pod: the controls it names, none when it is admitted, undefined when it is no pod at all. */
function admission(all: readonly LoosePod[], namespace: string, level: Level): Map<string, string[] | undefined> {
  const list = { apiVersion: 'v1', kind: 'List', items: all };
  const args = ['create', '--dry-run=server', '--validate=ignore', '--namespace', namespace, '--filename', '-'];
  const { stdout, stderr } = kubectl(list, ...args);
  const answers = new Map<string, string[] | undefined>();
  for (const [, name] of stdout.matchAll(/^pod\/(\S+) created \(server dry run\)$/gm)) answers.set(name ?? '', []);
  for (const [, name, , text] of stderr.matchAll(
    /pods "(\S+)" is forbidden: violates PodSecurity "([^"]+)": (.*?)$/gm,
  )) {
    answers.set(name ?? '', controlsIn(text ?? '', level));
  }
  for (const [, name] of stderr.matchAll(/Pod "(\S+)" is invalid/g)) answers.set(name ?? '', undefined);
  if (answers.size !== all.length) throw new Error(`${all.length - answers.size} pods without an answer:\n${stderr}`);
  return answers;
}

function controlsIn(text: string, level: Level): string[] {
  const reasons = [...text.matchAll(/(?:^|\), )([^()]+?) \(/g)].map(([, reason = '']) => reason);
  return reasons.map((reason) => REASONS[reason]?.[level] ?? `unknown reason: ${reason}`).sort();
}

function ours(pod: LoosePod, level: Level, minor: number): string[] {
  const [subject] = subjectsOf([pod]);
  if (!subject) throw new Error('no workload');
  const broken = review(reviewedPod(subject), level, minor).filter(({ violations }) => violations.length > 0);
  return broken.map(({ control }) => control.id).sort();
}

describe('Pod Security: what is ruled here is what the API server rules', () => {
  beforeAll(async () => {
    for (const { level, minor, namespace } of RULINGS) {
      const labels = {
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': minor === SERVER_MINOR ? 'latest' : `v1.${minor}`,
      };
      kubectl({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }, 'create', '-f', '-');
    }
    for (const { namespace } of RULINGS) {
      await until(
        'the service account is there',
        30_000,
        () => kubectl(undefined, 'get', 'serviceaccount', 'default', '-n', namespace).stdout !== '',
      );
    }
  });
  afterAll(() => {
    kubectl(undefined, 'delete', 'namespace', '--wait=false', ...RULINGS.map(({ namespace }) => namespace));
  });

  const cases = pods();

  it.each(RULINGS)('$level of 1.$minor', ({ level, minor, namespace }) => {
    const answers = admission(
      cases.map(({ pod }) => pod),
      namespace,
      level,
    );
    const valid = cases.filter(({ pod }) => answers.get(pod.metadata.name) !== undefined);
    const said = Object.fromEntries(valid.map(({ name, pod }) => [name, answers.get(pod.metadata.name)]));
    const ruled = Object.fromEntries(valid.map(({ name, pod }) => [name, ours(pod, level, minor)]));
    expect(ruled).toEqual(said);

    const invalid = cases.filter(({ pod }) => answers.get(pod.metadata.name) === undefined).map(({ name }) => name);
    const admitted = Object.values(said).filter((controls) => controls?.length === 0).length;
    console.log(
      `${level} of 1.${minor}: ${valid.length} pods (seed ${seed}), ${admitted} admitted; no pods at all: ${invalid.join('; ')}`,
    );
    // Only mixes may come out as what the API server calls no pod.
    expect(invalid.filter((name) => !name.includes(' + '))).toEqual([]);
    expect(valid.length).toBeGreaterThanOrEqual(60);
    expect(admitted).toBeGreaterThan(10);
    const named = new Set(Object.values(said).flat());
    expect([...named].filter((control) => control?.startsWith('unknown'))).toEqual([]);
    expect(named.size).toBeGreaterThanOrEqual(level === 'baseline' ? 10 : 13);
  });

  it('holds for a field that the server drops before it rules: procMount, a feature that is off in 1.32', () => {
    const [where] = RULINGS;
    if (!where) throw new Error('no ruling');
    const pod = goodPod('unmasked');
    pod.spec.containers[0].securityContext.procMount = 'Unmasked';
    const args = ['create', '--dry-run=server', '--namespace', where.namespace, '--output', 'json', '-f', '-'];
    const held = JSON.parse(kubectl(pod, ...args).stdout);
    expect(held.spec.containers[0].securityContext.procMount).toBe('Default');
    expect(ours(held, 'baseline', SERVER_MINOR)).toEqual([]);
    expect(ours(pod, 'baseline', SERVER_MINOR)).toEqual(['procMount']);
  });

  it('would notice a rule that is wrong: a planted capability', () => {
    const [where] = RULINGS;
    if (!where) throw new Error('no ruling');
    const pod = goodPod('planted');
    pod.spec.containers[0].securityContext.capabilities.add = ['SYS_ADMIN'];
    const answers = admission([pod], where.namespace, 'baseline');
    expect(answers.get('planted')).toEqual(['capabilities_baseline']);
    expect(ours(goodPod('planted'), 'baseline', SERVER_MINOR)).not.toEqual(answers.get('planted'));
  });
});
