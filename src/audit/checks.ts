import type { Check } from './check.ts';
import { apiDeprecated } from './checks/api-deprecated.ts';
import { capsDropAll } from './checks/caps-drop-all.ts';
import { envLiteral } from './checks/env-literal.ts';
import { fsGroup } from './checks/fs-group.ts';
import { imagePin } from './checks/image-pin.ts';
import { liveHpa } from './checks/live-hpa.ts';
import { liveImage } from './checks/live-image.ts';
import { livePdb } from './checks/live-pdb.ts';
import { liveSecrets } from './checks/live-secrets.ts';
import { liveSpread } from './checks/live-spread.ts';
import { noPrivEsc } from './checks/no-priv-esc.ts';
import { nonRoot } from './checks/non-root.ts';
import { pssBaseline } from './checks/pss-baseline.ts';
import { pssRestricted } from './checks/pss-restricted.ts';
import { roRootfs } from './checks/ro-rootfs.ts';
import { runAsUser } from './checks/run-as-user.ts';
import { seccomp } from './checks/seccomp.ts';

/** Every readiness check, by id. */
export const CHECKS: readonly Check[] = [
  apiDeprecated,
  capsDropAll,
  envLiteral,
  fsGroup,
  imagePin,
  liveHpa,
  liveImage,
  livePdb,
  liveSecrets,
  liveSpread,
  noPrivEsc,
  nonRoot,
  pssBaseline,
  pssRestricted,
  roRootfs,
  runAsUser,
  seccomp,
];
