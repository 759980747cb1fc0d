import type { RuleId } from '../../src/rollout/rules.ts';
import { until } from './processes.ts';
import type { Place } from './release.ts';

/** One row of docs/rollout.md: what goes wrong, and what must come of it. */
export interface VerdictCase {
  name: string;
  /** Kind of the workload; a Deployment when not said. */
  kind?: 'StatefulSet' | 'DaemonSet';
  /** Values of the test chart, on top of a healthy release of three replicas; `{namespace}` is the place's. */
  set: string[];
  /** What is done to the namespace before the upgrade. */
  before?: (place: Place) => void | Promise<void>;
  /** What is done while the upgrade runs. */
  during?: (place: Place) => Promise<void>;
  timeout?: string;
  status: 'rolled-back' | 'deployed';
  /** The rule that calls it; undefined: the deadline, or nothing to call. */
  rule?: RuleId;
  /** A word of the reason, for the ones the deadline decides. */
  reason?: RegExp;
  /** The evidence must hold this. */
  evidence?: 'events' | 'log' | 'previous log';
}

/** Faults that end a rollout before its deadline, each by its rule, whatever the time-out is. */
export const CALLED: VerdictCase[] = [
  {
    name: 'missing image',
    set: ['image.tag=missing'],
    status: 'rolled-back',
    rule: 'image-not-found',
    evidence: 'events',
  },
  { name: 'denied image', set: ['image.tag=denied'], status: 'rolled-back', rule: 'image-denied', evidence: 'events' },
  {
    name: 'forbidden image',
    set: ['image.tag=forbidden'],
    status: 'rolled-back',
    rule: 'image-denied',
    evidence: 'events',
  },
  { name: 'invalid image name', set: ['image.tag=invalidname'], status: 'rolled-back', rule: 'image-name-invalid' },
  { name: 'crash loop', set: ['image.tag=crash'], status: 'rolled-back', rule: 'crash-loop', evidence: 'previous log' },
  {
    name: 'out of memory',
    set: ['image.tag=oom'],
    status: 'rolled-back',
    rule: 'out-of-memory',
    evidence: 'previous log',
  },
  { name: 'container that cannot start', set: ['image.tag=starterror'], status: 'rolled-back', rule: 'cannot-start' },
  {
    name: 'missing Secret',
    set: ['image.tag=badconfig', 'secretRef=not-there'],
    status: 'rolled-back',
    rule: 'config-missing',
    evidence: 'events',
  },
  {
    name: 'init container that fails',
    set: ['image.tag=2.0.0', 'init=initcrash'],
    status: 'rolled-back',
    rule: 'crash-loop',
    evidence: 'previous log',
  },
  {
    name: 'native sidecar that fails',
    set: ['image.tag=2.0.0', 'sidecar=crash'],
    status: 'rolled-back',
    rule: 'crash-loop',
    evidence: 'previous log',
  },
  {
    name: 'second container that fails',
    set: ['image.tag=2.0.0', 'second=missing'],
    status: 'rolled-back',
    rule: 'image-not-found',
  },
  {
    name: 'pre-upgrade hook that fails',
    set: ['image.tag=2.0.0', 'hook=crash'],
    status: 'rolled-back',
    rule: 'job-failed',
    evidence: 'log',
  },
  {
    name: 'pre-upgrade hook without an image',
    set: ['image.tag=2.0.0', 'hook=missing'],
    status: 'rolled-back',
    rule: 'image-not-found',
    evidence: 'events',
  },
  {
    name: 'StatefulSet with a missing image',
    kind: 'StatefulSet',
    set: ['image.tag=missing'],
    status: 'rolled-back',
    rule: 'image-not-found',
    evidence: 'events',
  },
  {
    name: 'StatefulSet in a crash loop',
    kind: 'StatefulSet',
    set: ['image.tag=crash'],
    status: 'rolled-back',
    rule: 'crash-loop',
    evidence: 'previous log',
  },
  {
    name: 'DaemonSet with a missing image',
    kind: 'DaemonSet',
    set: ['image.tag=missing'],
    status: 'rolled-back',
    rule: 'image-not-found',
    evidence: 'events',
  },
  {
    name: 'quota that refuses pods',
    set: ['image.tag=2.0.0'],
    before: (place) => void place.k('create', 'quota', 'tight', '--hard=pods=3'),
    status: 'rolled-back',
    rule: 'pods-refused',
  },
  {
    name: 'claim that cannot be provisioned',
    set: ['image.tag=2.0.0', 'storageClass=nowhere'],
    timeout: '150s',
    status: 'rolled-back',
    rule: 'claim-not-provisioned',
  },
];

/** Troubles that pass, or that only the deadline can decide: none of them is called early. */
export const TOLERATED: VerdictCase[] = [
  { name: 'a pull that is throttled and heals', set: ['image.tag=pulltransient'], status: 'deployed' },
  { name: 'one restart that heals', set: ['image.tag=flaky'], status: 'deployed' },
  { name: 'a slow start within the deadline', set: ['image.tag=slow-6'], status: 'deployed' },
  {
    name: 'pods that find a node later',
    set: ['image.tag=2.0.0', 'nodeSelector.late-{namespace}=yes'],
    during: async (place) => {
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      const [node = ''] = place.kubectl('get', 'nodes', '--output', 'name').split('\n');
      place.kubectl('label', node, `late-${place.namespace}=yes`);
    },
    status: 'deployed',
  },
  {
    name: 'a pod of the old revision that crashes all along',
    set: ['image.tag=2.0.0'],
    before: async (place) => {
      place.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:crash');
      await until('an old pod crashes', 60_000, () => /CrashLoopBackOff/.test(place.k('get', 'pods')));
    },
    status: 'deployed',
  },
  {
    name: 'a pod of another release that crashes all along',
    set: ['image.tag=2.0.0'],
    before: (place) => void place.k('create', 'deployment', 'other', '--image=registry.example.com/other:crash'),
    status: 'deployed',
  },
];

/** Decided at the deadline, with the diagnosis. */
export const TIMED_OUT: VerdictCase[] = [
  {
    name: 'never ready',
    set: ['image.tag=unready'],
    timeout: '12s',
    status: 'rolled-back',
    reason: /timed out: nothing moved any more: .*does not become ready/,
    evidence: 'events',
  },
  {
    name: 'unschedulable beside healthy old pods',
    set: ['image.tag=2.0.0', 'nodeSelector.none=such'],
    timeout: '10s',
    status: 'rolled-back',
    reason: /no node takes/,
  },
  {
    name: 'slow, and still progressing',
    set: ['image.tag=slow-7'],
    timeout: '17s',
    status: 'rolled-back',
    reason: /still progressing/,
  },
];
