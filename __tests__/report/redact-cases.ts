import { pluginObjects } from '../../src/diff/plugin-text.ts';
import type { Report } from '../../src/report/report.ts';
import { chance } from './random.ts';

/** Secrets of every shape that a Secret may hold. */
export const KINDS: Record<string, (n: number) => string> = {
  short: (n) => `x${(n % 100_000).toString(36).padStart(4, 'q')}Z`,
  numeric: (n) => String(48_151_623 + n),
  'many lines': (n) => `first-${n}\nab\nthird line of ${n}\n`,
  PEM: (n) =>
    `-----BEGIN KEY-----\n${Array.from({ length: 4 }, (_, at) => `${n}L${at}`.repeat(30).slice(0, 64)).join('\n')}\n-----END KEY-----\n`,
  unicode: (n) => `pässwörd-密码-🔑${n}`,
  'regex characters': (n) => `a.*+?^\${}()|[\\]/${n}$&`,
  quotes: (n) => `it's "quoted" \\ \`${n}\` & <b>`,
  'quotes and newlines': (n) => `{"k": "v'${n}"}\n\t'second' "line"`,
  'white space around': (n) => `  padded ${n}  \n`,
  long: (n) => `${n}-${'abcdefghij0123456789'.repeat(40)}`,
  'JSON document': (n) => JSON.stringify({ auths: { 'registry.example.com': { password: `p@ss"${n}` } } }),
  'workflow command': (n) => `::add-mask::${n}::x`,
};

/** How a program may write it. */
export const WRITINGS: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  trimmed: (secret) => secret.trim(),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 with its neighbours': (secret) => Buffer.from(`user:${secret}@host`).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  JSON: (secret) => JSON.stringify({ error: secret }),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)),
  URL: (secret) => `https://u:${encodeURIComponent(secret)}@db/x`,
  'last line': (secret) => secret.trim().split('\n').at(-1) ?? '',
};

const T = Date.parse('2026-11-23T12:00:00Z');
const ref = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, namespace: 'pearl', name });

/** A failed deploy with every field set but the diff, the audit and the drift. */
export function fullReport(more: Partial<Report> = {}): Required<Omit<Report, 'diff' | 'audit' | 'driftCheck'>> {
  const image = { workload: ref('Deployment', 'web'), container: 'app', from: 'acme/web:1.5', to: 'acme/web:1.6' };
  return {
    schemaVersion: 1,
    command: 'deploy',
    status: 'rolled-back',
    reason: 'the image does not exist',
    next: 'push the image, then re-run',
    release: 'web',
    namespace: 'pearl',
    cluster: '0123456789ab',
    revision: 9,
    previousRevision: 7,
    images: [image],
    drift: [image],
    workloads: [{ ref: ref('Deployment', 'web'), ready: 1, desired: 3, done: false, missing: '1 of 3', tookMs: 4_000 }],
    cause: {
      rule: 'crash-loop',
      class: 'probably fatal',
      why: 'it crashes',
      next: 'read its log',
      object: ref('Pod', 'web-1'),
      container: 'app',
      image: 'acme/web:1.6',
      message: 'back-off',
      exitCode: 1,
      seenAfterMs: 900,
      finalAfterMs: 1_900,
    },
    evidence: {
      object: ref('Pod', 'web-1'),
      node: 'node-1',
      container: 'app',
      probe: 'GET / on port 80',
      events: [{ at: T, reason: 'BackOff', message: 'Back-off', count: 2 }],
      routineEvents: 1,
      log: ['one', 'two'],
      previousLog: ['three'],
    },
    rollback: {
      to: 7,
      proof: 'observed',
      verified: false,
      problems: ['it is not ready'],
      tookMs: 2_000,
      restoredImages: [image],
      startedAfterMs: 2_000,
    },
    reviewed: {
      state: 'differs',
      why: '',
      except: [{ ref: ref('Deployment', 'web'), change: 'changed' }],
      missing: 1,
      random: 1,
      secrets: 1,
      diffUrl: 'https://github.example/acme/web/actions/runs/0',
    },
    undo: { from: 9, to: 7, commits: [{ revision: 9, commit: '0123456789ab' }], dryRun: false },
    removal: { deleted: ['Deployment/web'], stays: [{ title: 'Secret/kept', why: 'keep' }], dryRun: false },
    history: [
      {
        number: 9,
        status: 'failed',
        updated: T,
        chart: 'web-1.0.0',
        note: 'failed',
        images: ['acme/web:1.6'],
        commit: '0123456789ab',
        by: 'ada',
        healthy: false,
      },
    ],
    warnings: ['Drift'],
    startedAt: T,
    tookMs: 12_000,
    helmVersion: '4.3.1',
    run: {
      url: 'https://github.example/acme/web/actions/runs/1',
      id: '1',
      attempt: '1',
      sha: '0123456789abcdef',
      actor: 'ada',
    },
    ...more,
  };
}

/** An audit with every field set; `text` stands wherever text of the chart may stand. */
export function fullAudit(text: string): NonNullable<Report['audit']> {
  const note = { check: 'image-pin', object: 'Deployment/web', verdict: 'pass' as const, read: text, reason: text };
  const line = {
    check: 'non-root',
    severity: 'high' as const,
    verdict: 'fail' as const,
    container: 'app',
    worse: true,
  };
  return {
    profile: 'production',
    mode: 'enforce',
    of: 'the rendered chart',
    against: 'revision 9',
    counts: { fail: 1, warn: 0, unknown: 0, pass: 1, skip: 0, exempted: 1 },
    worse: 1,
    better: 1,
    refused: ['`non-root` of `Deployment/web`'],
    red: true,
    objects: [
      { ref: ref('Deployment', 'web'), worse: true, lines: [{ ...line, read: text, reason: text, remedy: text }] },
    ],
    mended: [note],
    exempted: [note],
    rest: [note],
  };
}

/** A diff with every field set. */
export function fullDiff(lines: string[]): Report {
  const diff: Report['diff'] = {
    against: 'revision 9, deployed (web-1.0.0)',
    offline: '',
    meaning: [{ label: 'image', value: '1.5 → 1.6' }],
    objects: [{ title: 'pearl, web, Deployment (apps) has changed', change: 'changed', noise: false, lines }],
    unchanged: 3,
    notChecked: ['the size of the release record (a deploy is in progress)'],
    fingerprint: { count: 1, objects: { '0123abcd': '0123456789' } },
  };
  const audit = fullAudit('spec.replicas: 1');
  return { ...fullReport(), command: 'diff', status: 'changed', diff, audit, driftCheck: fullDrift() };
}

/** A drift with every field set. */
export function fullDrift(live = 'acme/web:1.6'): NonNullable<Report['driftCheck']> {
  const object = ref('Deployment', 'web');
  return {
    against: 'revision 9, deployed (web-1.0.0)',
    rows: [
      {
        object,
        path: 'spec.template.spec.containers[app].image',
        wanted: 'acme/web:1.5',
        live,
        verdict: 'drift',
        who: '`kubectl set image`',
        when: T,
        next: 'conflict',
      },
    ],
    ignored: [
      {
        reason: 'default',
        words: 'defaults that the API server filled in',
        count: 25,
        fields: ['Deployment/web spec.dnsPolicy'],
      },
    ],
    unread: [{ object: ref('Role', 'web'), reason: 'forbidden' }],
    notes: ['Compared read-only: `Role/web`'],
    restore: '`command: rollback` with `revision: "9"` puts back what the release says',
    adopt: {
      patches: [
        { file: 'values.yaml', text: '--- a/values.yaml\n+++ b/values.yaml\n@@ -1 +1 @@\n-tag: 1.5\n+tag: 1.6\n' },
      ],
      written: false,
      notes: ['no value controls `spec.replicas`'],
      renders: 3,
    },
  };
}

/** Where foreign text comes in, and the report that holds it there. */
export const SOURCES: Record<string, (text: string) => Report> = {
  "helm's error text": (text) => fullReport({ reason: `Error: UPGRADE FAILED: ${text}` }),
  "kubectl's error text": (text) => fullReport({ next: `see: error: ${text}`, warnings: [`kubectl: ${text}`] }),
  'drifted field': (text) => ({
    ...fullReport({ command: 'drift', status: 'drifted' }),
    driftCheck: fullDrift(`acme/web:${text}`),
  }),
  'pod log': (text) => {
    const base = fullReport();
    return { ...base, evidence: { ...base.evidence, log: ['start', ...text.split('\n'), 'end'] } };
  },
  "previous container's log": (text) => {
    const base = fullReport();
    return { ...base, evidence: { ...base.evidence, previousLog: [text, ...text.split('\n')] } };
  },
  event: (text) => {
    const base = fullReport();
    return {
      ...base,
      evidence: { ...base.evidence, events: [{ at: T, reason: 'Failed', message: `says ${text}.`, count: 1 }] },
    };
  },
  probe: (text) => {
    const base = fullReport();
    return { ...base, evidence: { ...base.evidence, probe: `exec curl -H ${text}` } };
  },
  'rendered chart': (text) => {
    const base = fullReport();
    const image = {
      ...base.images[0],
      workload: ref('Deployment', 'web'),
      container: 'app',
      from: 'a:1',
      to: `a:${text}`,
    };
    return { ...base, images: [image], rollback: { ...base.rollback, restoredImages: [image] } };
  },
  'live object': (text) => {
    const base = fullReport();
    return {
      ...base,
      workloads: base.workloads.map((row) => ({ ...row, missing: `waits: ${text}` })),
      rollback: { ...base.rollback, problems: [text, 'another'] },
    };
  },
  'diff of an object': (text) => fullDiff(['  data:', ...text.split('\n').map((line) => `+   ${line}`)]),
  'audit of an object': (text) => ({ ...fullReport(), command: 'audit', status: 'findings', audit: fullAudit(text) }),
  "helm diff's text": (text) => {
    const lines = text.split('\n').map((line) => `+   ${line}`);
    const objects = pluginObjects(`pearl, web, ConfigMap (v1) has changed:\n  data:\n${lines.join('\n')}\n`);
    const base = fullDiff([]);
    return { ...base, diff: base.diff && { ...base.diff, objects: objects.map((one) => ({ ...one, noise: false })) } };
  },
  'why something was not checked': (text) => {
    const base = fullDiff([]);
    return { ...base, diff: base.diff && { ...base.diff, notChecked: [`field conflicts (${text})`] } };
  },
  "helm's history": (text) =>
    fullReport({ history: [{ number: 1, status: 'failed', updated: T, chart: 'web', note: text }] }),
};

export interface Case {
  kind: string;
  writing: string;
  source: string;
  secret: string;
  text: string;
}

/** Every combination in turn, with chance around it. */
export function* cases(seed: number, count: number): Generator<Case> {
  const random = chance(seed);
  const noise = ['', 'x', ' ', '=', '"', '\n', '***', 'AAAA', ': ', '`', '|', '@ada '];
  const some = (): string => noise[Math.floor(random() * noise.length)] ?? '';
  const [kinds, writings, sources] = [KINDS, WRITINGS, SOURCES].map((table) => Object.keys(table));
  for (let n = 0; n < count; n += 1) {
    const kind = pick(kinds, n);
    const writing = pick(writings, Math.floor(n / (kinds?.length ?? 1)));
    const source = pick(sources, Math.floor(random() * 1e9));
    const secret = KINDS[kind]?.(Math.floor(random() * 1e6)) ?? '';
    const written = WRITINGS[writing]?.(secret) ?? '';
    yield { kind, writing, source, secret, text: `${some()}${some()}${written}${some()}${some()}` };
  }
}

function pick(names: readonly string[] | undefined, at: number): string {
  return names?.[at % names.length] ?? '';
}
