import { at, field, isMap, items } from '../../diff/values.ts';
import type { SubjectContainer } from '../subject.ts';

/** A pod as Pod Security admission looks at it. */
export interface ReviewedPod {
  spec: unknown;
  annotations: Readonly<Record<string, string>>;
  /** Init, regular and ephemeral ones: the standards speak of all. */
  containers: readonly SubjectContainer[];
}

/** What a control forbids and where it stands. */
export interface Violation {
  container?: string;
  /** What was read, as the object writes it: `securityContext.privileged: true`. */
  read: string;
}

export type Level = 'baseline' | 'restricted';

/** One control of the Pod Security Standards. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export interface Control {
  /** As Kubernetes names it in its source. */
  id: string;
  level: Level;
  /** The minor of Kubernetes 1 that brought it; 0: always there. */
  since: number;
  /** A baseline control that this one takes the place of. */
  overrides?: string;
  violations(pod: ReviewedPod, minor: number): Violation[];
}

/** The security context of a pod or of a container. */
export function securityOf(owner: unknown): unknown {
  return field(owner, 'securityContext');
}

/** A violation for every container whose value is wrong; `wrong` gives what was read. */
export function inContainers(pod: ReviewedPod, wrong: (container: unknown) => string[]): Violation[] {
  return pod.containers.flatMap(({ spec }) => wrong(spec).map((read) => ({ container: spec.name, read })));
}

/** The same for a field that may stand on the pod and on each container. */
export function inPodAndContainers(pod: ReviewedPod, wrong: (owner: unknown) => string[]): Violation[] {
  return [...wrong(pod.spec).map((read) => ({ read })), ...inContainers(pod, wrong)];
}

/** Since Kubernetes 1.25 what Windows does not know is not asked of a Windows pod. */
export function isWindows(spec: unknown): boolean {
  return at(spec, 'os', 'name') === 'windows';
}

/** A pod whose root is nobody outside of it: since 1.35 it may run as root. */
export function hasOwnUsers(spec: unknown): boolean {
  return field(spec, 'hostUsers') === false;
}

/** The items of a list of strings; everything else is left out. */
export function words(value: unknown): string[] {
  return items(value).filter((item) => typeof item === 'string');
}

/** What stands at a path, as text; undefined when nothing does. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  if (found === undefined || found === null) return undefined;
  return isMap(found) || Array.isArray(found) ? JSON.stringify(found) : String(found);
}
