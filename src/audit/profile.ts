/** How bad a failing check is; `high` is what `audit: enforce` refuses. */
export type Severity = 'high' | 'medium' | 'low';

/** Which checks run, how bad each is, and the numbers that they hold a release to. */
export interface Profile {
  name: string;
  /** The checks that run, by id, with their severity. */
  checks: Readonly<Record<string, Severity>>;
  numbers: Numbers;
  exemptions: readonly Exemption[];
}

/** The plan's numbers. */
export interface Numbers {
  minReplicas: number;
  hpaMinReplicas: number;
  hpaMaxReplicas: number;
  /** Percent. */
  hpaCpu: number;
  /** Percent. */
  hpaMemory: number;
  pdbMinAvailable: number;
  runAsUser: number;
  fsGroup: number;
  /** As the API writes it: `0`, `25%`. */
  maxUnavailable: number | string;
  maxSurge: number | string;
  redisReplicas: number;
}

/** A check that an object need not pass. */
export interface Exemption {
  check: string;
  kind: string;
  namespace?: string;
  name: string;
  reason: string;
}
