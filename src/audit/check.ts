import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { Profile, Severity } from './profile.ts';
import type { Subject } from './subject.ts';

/** `skip`: the check does not apply here; `unknown`: what it needs could not be read. Both say why. */
export type AuditVerdict = 'pass' | 'fail' | 'warn' | 'skip' | 'unknown';

/** What one check says of one object. Holds no value of a Secret. */
export interface Finding {
  /** The check's id: `replicas-min`. */
  check: string;
  object: ObjectRef;
  /** The container that it speaks of, when it is about one. */
  container?: string;
  verdict: AuditVerdict;
  /** What was read: `spec.replicas: 1`. May hold back-ticked parts. */
  read: string;
  /** One sentence: what it means, or why the check was skipped or cannot say. */
  reason: string;
  /** What to write, as YAML of the object; empty when there is nothing to do. */
  remedy: string;
}

/** Everything that a check may look at. */
export interface AuditFacts {
  /** The objects of the release, `List`s opened and namespaces filled in; hooks among them. */
  objects: readonly KubeObject[];
  /** The workloads among them with what is effective: replicas, pod, containers. */
  subjects: readonly Subject[];
  profile: Profile;
  /** The minor of Kubernetes 1 that the release is for; undefined when no cluster was asked. */
  minor?: number;
  /** What only the cluster knows; undefined for a rendered chart. */
  live?: LiveFacts;
}

/** Objects of the cluster beside the release's own, read for the live checks. */
export interface LiveFacts {
  /** The release's objects as its manifest writes them; what runs may differ. */
  released: readonly KubeObject[];
  pods: readonly KubeObject[];
  nodes: readonly KubeObject[];
  /** Live HPAs, PDBs, ExternalSecrets and whatever else was read, status included. */
  objects: readonly KubeObject[];
  /** Names of the Secrets that exist, by namespace; never their content. */
  secrets: ReadonlyMap<string, ReadonlySet<string>>;
  /** Kinds that could not be read, each with the API server's words. */
  refused: readonly { kind: string; message: string }[];
}

/** One readiness check: pure, one file each in checks/. */
export interface Check {
  id: string;
  /** What is wanted, in a few words: `at least 3 replicas`. */
  title: string;
  /** The section of the productionization plan that asks for it: `1.1`, or empty for what is wrong for anyone. */
  section: string;
  severity: Severity;
  run(facts: AuditFacts): Finding[];
}
