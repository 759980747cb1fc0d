import { titleOf } from '../kubernetes/object.ts';
import type { RuleId } from './rules.ts';
import type { Cause } from './verdict.ts';

/** A cause in words: one sentence that says what and where, and one that says what to do. */
export interface Explanation {
  why: string;
  next: string;
}

type Words = (cause: Cause) => Explanation;

const image = ({ signal }: Cause): string => `\`${signal.image ?? 'the image'}\``;
const container = ({ signal }: Cause): string => (signal.container ? `container \`${signal.container}\`` : 'the pod');
const ofPods = ({ pods, workload }: Cause): string =>
  workload.kind === 'Pod' ? titleOf(workload) : `${pods.showing} of ${pods.of} new pods of ${titleOf(workload)}`;
const quoted = ({ signal }: Cause): string => (signal.message ? `: ${firstSentence(signal.message)}` : '');
const restarts = ({ signal }: Cause): string => `restarted ${signal.restarts ?? 0} times`;

const WORDS: Record<RuleId, Words> = {
  'image-name-invalid': (c) => ({
    why: `${image(c)} is not a valid image name, ${container(c)} of ${ofPods(c)}`,
    next: 'correct the image name in the values',
  }),
  'image-never-pulled': (c) => ({
    why: `${image(c)} is not on the node and imagePullPolicy is Never, ${container(c)} of ${ofPods(c)}`,
    next: 'load the image on the nodes, or set imagePullPolicy to IfNotPresent',
  }),
  'image-not-found': (c) => ({
    why: `the image ${image(c)} does not exist (\`${c.signal.reason}\`), ${container(c)} of ${ofPods(c)}`,
    next: 'push the image or correct its tag in the values, then re-run',
  }),
  'image-denied': (c) => ({
    why: `the registry denies the image ${image(c)} (\`${c.signal.reason}\`), ${container(c)} of ${ofPods(c)}`,
    next: 'check imagePullSecrets and the permissions of the repository, and that the repository exists',
  }),
  'image-pull-transient': (c) => ({
    why: `the image ${image(c)} could not be pulled yet${quoted(c)}, ${container(c)} of ${ofPods(c)}`,
    next: 'look at the registry and its rate limits, then re-run',
  }),
  'config-missing': (c) => ({
    why: `${container(c)} of ${ofPods(c)} refers to something that does not exist${quoted(c)}`,
    next: 'create it, or correct the reference in the chart',
  }),
  'volume-missing': (c) => ({
    why: `a volume of ${ofPods(c)} refers to something that does not exist${quoted(c)}`,
    next: 'create it, or correct the volume in the chart',
  }),
  'out-of-memory': (c) => ({
    why: `${container(c)} of ${ofPods(c)} was killed for using more memory than its limit (OOMKilled, ${restarts(c)})`,
    next: 'raise resources.limits.memory, or find what uses the memory',
  }),
  'cannot-start': (c) => ({
    why: `${container(c)} of ${ofPods(c)} cannot be started (${c.signal.reason})${quoted(c)}`,
    next: 'check command, args and mounts of the container',
  }),
  'crash-loop': (c) => ({
    why: `${container(c)} of ${ofPods(c)} exits with code ${c.signal.exitCode ?? 'unknown'} again and again (${restarts(c)})`,
    next: 'read its last log lines below, mend the cause and re-run',
  }),
  'job-failed': (c) => ({
    why: `${titleOf(c.workload)} failed (${c.signal.reason})${quoted(c)}`,
    next: 'read the log of its pod below, mend the cause and re-run',
  }),
  'pods-refused': (c) => ({
    why: `the API server refuses new pods of ${titleOf(c.workload)}${quoted(c)}`,
    next: 'raise the quota, or make the pods what the namespace admits',
  }),
  'pods-not-created': (c) => ({
    why: `new pods of ${titleOf(c.workload)} cannot be created${quoted(c)}`,
    next: 'look at the webhook or controller that the message names',
  }),
  'claim-not-provisioned': (c) => ({
    why: `the volume of ${titleOf(c.signal.object)} cannot be provisioned${quoted(c)}`,
    next: 'check the storage class and the provisioner',
  }),
  unschedulable: (c) => ({
    why: `no node takes ${ofPods(c)}${quoted(c)}`,
    next: 'add capacity, or correct requests, node selectors and taints',
  }),
  'not-ready': (c) => ({
    why: `${container(c)} of ${ofPods(c)} runs but does not become ready`,
    next: 'look at its readiness probe and its log',
  }),
  'pod-lost': (c) => ({
    why: `${ofPods(c)} lost their node or were evicted${quoted(c)}`,
    next: 'look at the nodes, then re-run',
  }),
};

/** A cause as people read it; without the rule's own words the class would be all they get. */
export function explain(cause: Cause): Explanation {
  const { why, next } = WORDS[cause.rule.id](cause);
  return { why: cause.alreadyBroken ? `${why} (it was already broken before this run)` : why, next };
}

/** Kubernetes' messages can be pages long; the evidence has them whole. */
function firstSentence(message: string): string {
  const [line = ''] = message.trim().split('\n');
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
}
