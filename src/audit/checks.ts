import type { Check } from './check.ts';
import { apiDeprecated } from './checks/api-deprecated.ts';
import { capsDropAll } from './checks/caps-drop-all.ts';
import { envLiteral } from './checks/env-literal.ts';
import { fsGroup } from './checks/fs-group.ts';
import { hpaNeedsRequests } from './checks/hpa-needs-requests.ts';
import { hpaPresent } from './checks/hpa-present.ts';
import { hpaResolves } from './checks/hpa-resolves.ts';
import { hpaTargets } from './checks/hpa-targets.ts';
import { imagePin } from './checks/image-pin.ts';
import { liveHpa } from './checks/live-hpa.ts';
import { liveImage } from './checks/live-image.ts';
import { livePdb } from './checks/live-pdb.ts';
import { liveSecrets } from './checks/live-secrets.ts';
import { liveSpread } from './checks/live-spread.ts';
import { noPrivEsc } from './checks/no-priv-esc.ts';
import { nonRoot } from './checks/non-root.ts';
import { pdbPresent } from './checks/pdb-present.ts';
import { pdbUsable } from './checks/pdb-usable.ts';
import { probeLiveness } from './checks/probe-liveness.ts';
import { probeReadiness } from './checks/probe-readiness.ts';
import { pssBaseline } from './checks/pss-baseline.ts';
import { pssRestricted } from './checks/pss-restricted.ts';
import { redisSingle } from './checks/redis-single.ts';
import { replicasMin } from './checks/replicas-min.ts';
import { replicasVsHpa } from './checks/replicas-vs-hpa.ts';
import { requests } from './checks/requests.ts';
import { roRootfs } from './checks/ro-rootfs.ts';
import { rolloutStrategy } from './checks/rollout-strategy.ts';
import { runAsUser } from './checks/run-as-user.ts';
import { seccomp } from './checks/seccomp.ts';
import { secretSource } from './checks/secret-source.ts';
import { selectorMatches } from './checks/selector-matches.ts';
import { spreadHostname } from './checks/spread-hostname.ts';

/** Every readiness check, by id. */
export const CHECKS: readonly Check[] = [
  apiDeprecated,
  capsDropAll,
  envLiteral,
  fsGroup,
  hpaNeedsRequests,
  hpaPresent,
  hpaResolves,
  hpaTargets,
  imagePin,
  liveHpa,
  liveImage,
  livePdb,
  liveSecrets,
  liveSpread,
  noPrivEsc,
  nonRoot,
  pdbPresent,
  pdbUsable,
  probeLiveness,
  probeReadiness,
  pssBaseline,
  pssRestricted,
  redisSingle,
  replicasMin,
  replicasVsHpa,
  requests,
  roRootfs,
  rolloutStrategy,
  runAsUser,
  seccomp,
  secretSource,
  selectorMatches,
  spreadHostname,
];
