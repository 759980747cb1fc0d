import type { Check } from '../../src/audit/check.ts';
import { hpaNeedsRequests } from '../../src/audit/checks/hpa-needs-requests.ts';
import { hpaPresent } from '../../src/audit/checks/hpa-present.ts';
import { hpaResolves } from '../../src/audit/checks/hpa-resolves.ts';
import { hpaTargets } from '../../src/audit/checks/hpa-targets.ts';
import { pdbPresent } from '../../src/audit/checks/pdb-present.ts';
import { pdbUsable } from '../../src/audit/checks/pdb-usable.ts';
import { probeLiveness } from '../../src/audit/checks/probe-liveness.ts';
import { probeReadiness } from '../../src/audit/checks/probe-readiness.ts';
import { redisSingle } from '../../src/audit/checks/redis-single.ts';
import { replicasMin } from '../../src/audit/checks/replicas-min.ts';
import { replicasVsHpa } from '../../src/audit/checks/replicas-vs-hpa.ts';
import { requests } from '../../src/audit/checks/requests.ts';
import { rolloutStrategy } from '../../src/audit/checks/rollout-strategy.ts';
import { secretSource } from '../../src/audit/checks/secret-source.ts';
import { selectorMatches } from '../../src/audit/checks/selector-matches.ts';
import { spreadHostname } from '../../src/audit/checks/spread-hostname.ts';

/** The checks of availability, scaling, probes, Redis, secrets and selectors. */
export const AVAILABILITY: readonly Check[] = [
  hpaNeedsRequests,
  hpaPresent,
  hpaResolves,
  hpaTargets,
  pdbPresent,
  pdbUsable,
  probeLiveness,
  probeReadiness,
  redisSingle,
  replicasMin,
  replicasVsHpa,
  requests,
  rolloutStrategy,
  secretSource,
  selectorMatches,
  spreadHostname,
];
