// Writes the generated tables of docs/readiness.md between their markers: node scripts/start.mjs scripts/readiness-tables.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKS } from '../src/audit/checks.ts';
import { ESSENTIAL } from '../src/audit/profiles.ts';
import { table, withContents } from './page-tables.ts';

export const PAGE = path.join(import.meta.dirname, '../docs/readiness.md');

/** How a line of the plan is proved: seen on the API server, written in the live object, or shown by a part that stands in. */
export type Evidence = 'observed' | 'declared' | 'stand-in';

/** One line of the productionization plan and the checks that hold a release to it. */
export interface PlanRow {
  text: string;
  checks: readonly string[];
  evidence: Evidence;
  how: string;
}

/** The plan's gap table. */
export const GAPS: readonly PlanRow[] = [
  {
    text: 'Availability: 3+ replicas',
    checks: ['replicas-min', 'spread-hostname', 'selector-matches', 'live-spread'],
    evidence: 'observed',
    how: 'ready pods of the live workload, and the nodes that they stand on',
  },
  {
    text: 'Scaling: HPA on CPU and memory',
    checks: [
      'hpa-present',
      'hpa-targets',
      'hpa-resolves',
      'hpa-needs-requests',
      'replicas-vs-hpa',
      'requests',
      'live-hpa',
    ],
    evidence: 'observed',
    how: "the autoscaler's condition ScalingActive",
  },
  {
    text: 'Resilience: PDB, minAvailable 1',
    checks: ['pdb-present', 'pdb-usable', 'live-pdb'],
    evidence: 'observed',
    how: "the budget's status.disruptionsAllowed",
  },
  {
    text: 'Redis: HA cluster or managed',
    checks: ['redis-single'],
    evidence: 'stand-in',
    how: 'what the chart renders; failover of real redis-server and redis-sentinel processes outside of a cluster',
  },
  {
    text: 'Security: non-root, read-only file system',
    checks: [
      ...['non-root', 'run-as-user', 'fs-group', 'caps-drop-all', 'ro-rootfs', 'no-priv-esc', 'seccomp'],
      ...['pss-baseline', 'pss-restricted', 'env-literal'],
    ],
    evidence: 'observed',
    how: 'admission by a namespace that enforces `restricted`; the rest as declared in the live pod spec',
  },
  {
    text: 'Process: declarative, `helm upgrade` only',
    checks: ['live-image', 'image-pin'],
    evidence: 'observed',
    how: 'images of the running pods against the manifest of the release',
  },
];

/** The plan's definition of done. */
export const DONE: readonly PlanRow[] = [
  {
    text: 'All stateless services have min 3 replicas',
    checks: ['replicas-min', 'replicas-vs-hpa', 'live-spread'],
    evidence: 'observed',
    how: 'ready pods of the live workload',
  },
  {
    text: '`pipecat-daily-bot` scaled to 3 replicas (gateway + operator)',
    checks: ['replicas-min', 'live-spread'],
    evidence: 'observed',
    how: 'ready pods of both workloads',
  },
  {
    text: 'HPA is active and targeting 80 % CPU/memory',
    checks: ['hpa-present', 'hpa-targets', 'hpa-resolves', 'hpa-needs-requests', 'live-hpa'],
    evidence: 'observed',
    how: 'ScalingActive on the live autoscaler, its targets as declared',
  },
  {
    text: 'PDBs ensure at least 1 replica is always up',
    checks: ['pdb-present', 'pdb-usable', 'rollout-strategy', 'live-pdb'],
    evidence: 'observed',
    how: 'disruptionsAllowed on the live budget',
  },
  {
    text: 'Pods are running as non-root user (id 1000+)',
    checks: ['non-root', 'run-as-user', 'pss-restricted'],
    evidence: 'declared',
    how: 'runAsUser and runAsNonRoot in the live pod spec, which the API server admitted under `restricted`',
  },
  {
    text: 'Redis is either managed or HA (Sentinel)',
    checks: ['redis-single', 'secret-source', 'live-secrets'],
    evidence: 'stand-in',
    how: 'as in the gap table',
  },
  {
    text: 'CI/CD uses `helm upgrade` instead of `kubectl set image`',
    checks: ['live-image'],
    evidence: 'observed',
    how: 'the release history, and images of the running pods',
  },
  {
    text: 'No manual drift exists',
    checks: ['live-image'],
    evidence: 'observed',
    how: 'the diff and drift of the release are clean; the check alone looks at images',
  },
];

/** All checks of the registry. */
export function checksTable(): string {
  const rows = CHECKS.map(({ id, title, section, severity }) => [
    `\`${id}\``,
    title,
    section,
    severity,
    ESSENTIAL.has(id) ? 'yes' : '',
    id.startsWith('live-') ? 'the cluster' : 'the chart or the release',
  ]);
  return table(['check', 'wants', 'plan', 'severity', 'essential', 'reads'], rows);
}

/** Lines of the plan with their checks. */
export function planTable(rows: readonly PlanRow[]): string {
  const cells = rows.map(({ text, checks, evidence, how }) => [
    text,
    checks.map((id) => `\`${id}\``).join(' '),
    evidence,
    how,
  ]);
  return table(['line of the plan', 'checks', 'evidence', 'how'], cells);
}

/** The page with its tables as they should be; throws when a marker is missing. */
export function withTables(page: string): string {
  return withContents('docs/readiness.md', page, {
    checks: checksTable(),
    gaps: planTable(GAPS),
    done: planTable(DONE),
  });
}

if (import.meta.main) writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
