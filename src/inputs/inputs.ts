import type { Profile } from '../audit/profile.ts';
import type { IgnoreRule } from '../drift/ignore.ts';
import type { ExtraArg } from '../release/extra-args.ts';
import type { AtomicMode } from '../release/helm-args.ts';

/** Every input of action.yml, parsed. Keys are the inputs' names, so that a missing reader does not compile. */
export interface Inputs {
  command: Command;
  release: string;
  /** An absolute path in the workspace, an `oci://` address, or a chart's name in `repo`; empty for commands that need none. */
  chart: string;
  'chart-version': string | undefined;
  repo: string | undefined;
  'repo-username': string | undefined;
  'repo-password': string | undefined;
  'dependency-update': boolean;
  namespace: string;
  /** Inline YAML, may hold secrets; undefined when empty. */
  values: string | undefined;
  'value-files': string[];
  set: string[];
  'set-string': string[];
  timeout: Timeout;
  atomic: AtomicMode;
  'fail-fast': boolean;
  'wait-for-jobs': boolean;
  test: boolean;
  'history-max': number | undefined;
  'create-namespace': boolean;
  audit: AuditMode;
  'audit-profile': Profile;
  'helm-args': ExtraArg[];
  force: boolean;
  /** As it was written: which revisions there are, and so what it may be, is known with the release's history. */
  revision: string | undefined;
  'dry-run': boolean;
  confirm: string | undefined;
  'on-drift': OnDrift;
  'drift-ignore': IgnoreRule[];
  'fail-on-drift': boolean;
  adopt: boolean;
  kubeconfig: string | undefined;
  'kube-context': string | undefined;
  'eks-cluster': string | undefined;
  'aws-region': string | undefined;
  'helm-version': string | undefined;
  'kubectl-version': string | undefined;
  'tool-mirror': string | undefined;
  'github-token': string | undefined;
  comment: CommentMode;
  'diff-engine': DiffEngine;
  render: RenderMode;
  'pull-request': number | undefined;
}

export type Command = 'deploy' | 'diff' | 'drift' | 'audit' | 'rollback' | 'uninstall';

/** What a deploy does about changes that were made by hand: it overwrites them and says so, or refuses. */
export type OnDrift = 'overwrite' | 'fail';

export type AuditMode = 'off' | 'warn' | 'enforce';

/** Who compares: this action, or the helm-diff plugin that is installed on the runner. */
export type DiffEngine = 'builtin' | 'helm-diff';

/** Whether a chart may ask the cluster (`lookup`) while a `diff` renders it. */
export type RenderMode = 'client' | 'server';

export type CommentMode = 'auto' | 'always' | 'never';

/** A duration as the user wrote it, for Helm, and in ms, for us. */
export interface Timeout {
  text: string;
  ms: number;
}
