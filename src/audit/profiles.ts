import { CHECKS } from './checks.ts';
import type { Numbers, Profile, Severity } from './profile.ts';

/** The numbers of the productionization plan. */
const PLAN: Numbers = {
  minReplicas: 3,
  hpaMinReplicas: 3,
  hpaMaxReplicas: 10,
  hpaCpu: 80,
  hpaMemory: 80,
  pdbMinAvailable: 1,
  runAsUser: 1000,
  fsGroup: 2000,
  maxUnavailable: 0,
  maxSurge: '25%',
  redisReplicas: 3,
};

/** What is wrong for anyone, whatever they run. */
export const ESSENTIAL: ReadonlySet<string> = new Set([
  'api-deprecated',
  'hpa-needs-requests',
  'hpa-resolves',
  'live-hpa',
  'live-image',
  'live-pdb',
  'live-secrets',
  'pdb-usable',
  'replicas-vs-hpa',
  'selector-matches',
]);

export const BUILT_IN = ['essential', 'production'] as const;

export type BuiltIn = (typeof BUILT_IN)[number];

/** `essential`: what is wrong for anyone. `production`: every check, with the plan's numbers. */
export function builtIn(name: BuiltIn): Profile {
  const chosen = CHECKS.filter(({ id }) => name === 'production' || ESSENTIAL.has(id));
  const checks: Record<string, Severity> = Object.fromEntries(chosen.map(({ id, severity }) => [id, severity]));
  return { name, checks, numbers: PLAN, exemptions: [] };
}
