import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';

/** A workload as the checks see it: defaults of the API server and autoscalers already taken into account. */
export interface Subject {
  ref: ObjectRef;
  object: KubeObject;
  /** A Helm hook: availability does not apply to it, security does. */
  hook: boolean;
  pod: PodSpec;
  podLabels: Readonly<Record<string, string>>;
  podAnnotations: Readonly<Record<string, string>>;
  /** Init, native sidecars and regular ones, in this order, with their role. */
  containers: readonly SubjectContainer[];
  /** How many pods there are at the least: HPA or KEDA minimum, else `spec.replicas`, else 1; undefined for a DaemonSet or Job. */
  replicas: number | undefined;
  /** Where that number stands: `HorizontalPodAutoscaler/web minReplicas`, `spec.replicas`, `API default`. */
  replicasFrom: string;
  /** The HPA or ScaledObject that scales it. */
  scaler: KubeObject | undefined;
}

/** `sidecar`: an init container with restartPolicy Always, which runs as long as the pod. */
export interface SubjectContainer {
  role: 'init' | 'sidecar' | 'container' | 'ephemeral';
  spec: Container;
}
