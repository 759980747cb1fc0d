import type { Child, Start } from '../process/child.ts';
import type { Output, Run } from '../process/run.ts';
import {
  type ChartSource,
  crdsArgs,
  getArgs,
  type HelmMajor,
  historyArgs,
  metadataArgs,
  type ReleaseTarget,
  type RollbackOptions,
  recordArgs,
  renderArgs,
  rollbackArgs,
  type TemplateFor,
  templateArgs,
  testArgs,
  type UpgradePlan,
  uninstallArgs,
  upgradeArgs,
  valuesArgs,
} from './helm-args.ts';
import { parseHistory, type Revision } from './history.ts';

/** A Helm call that failed; `stderr` is Helm's own text, not yet redacted. */
export class HelmError extends Error {
  readonly stderr: string;
  constructor(what: string, output: Output) {
    const said = lastError(output.stderr) || `exit code ${output.code}`;
    super(`helm could not ${what}: ${said}`);
    this.stderr = output.stderr;
  }
}

/** A release as Helm would write it now. */
export interface Rendered {
  manifest: string;
  hooks: RenderedHook[];
  /** The release as JSON: what Helm would compress and store. */
  record: string;
}

export interface RenderedHook {
  name: string;
  kind: string;
  manifest: string;
  events: string[];
}

/** What Helm can do for one release: verbs; which flags they need is helm-args.ts's affair. */
export interface Helm {
  readonly major: HelmMajor;
  readonly version: string;
  readonly target: ReleaseTarget;
  /** Oldest first; empty when there is no such release. */
  history(): Promise<Revision[]>;
  /** The stored manifest of a revision, hooks left out. */
  manifest(revision: number): Promise<string>;
  /** The stored hooks of a revision, as one text of many documents. */
  hooks(revision: number): Promise<string>;
  /** Helm 4 only: whether the revision was applied on the server; undefined when Helm does not say. */
  applyMethod(revision: number): Promise<'ssa' | 'csa' | undefined>;
  /** Helm's own dry run of the upgrade. Throws HelmError, whose text may hold values. */
  render(source: ChartSource): Promise<Rendered>;
  /**
   * Renders the chart on this machine, without asking the release's records: for pull requests, and for releases that are
   * pending. One text, hooks among it. Throws HelmError, whose text may hold values.
   */
  template(source: ChartSource, cluster: TemplateFor): Promise<string>;
  /**
   * The release as JSON, as Helm would store it after this upgrade; without `lookup`. Throws HelmError, also while the release
   * is pending.
   */
  record(source: ChartSource): Promise<string>;
  upgrade(plan: UpgradePlan, onLine: (line: string) => void): Child;
  rollback(revision: number, options: RollbackOptions): Child;
  uninstall(timeout: string, foreground?: boolean): Child;
  /** Runs the tests of the deployed revision. */
  test(timeout: string): Child;
  /** The definitions in the chart's `crds/`, as one text. */
  crds(chart: string): Promise<string>;
  /** The values of a revision as YAML; they may hold secrets. `all`: the chart's defaults of that time among them. */
  values(revision: number, all: boolean): Promise<string>;
}

interface Tools {
  bin: string;
  version: string;
  run: Run;
  start: Start;
}

/** Helm for one release. */
export function helmFor(target: ReleaseTarget, { bin, version, run, start }: Tools): Helm {
  const major: HelmMajor = version.startsWith('3.') ? 3 : 4;
  const ask = async (what: string, args: string[]): Promise<string> => {
    const output = await run(bin, args);
    if (output.code !== 0) throw new HelmError(what, output);
    return output.stdout;
  };
  // A stored revision never changes, and several parts of a run ask for the same one; each ask is a process. A write may begin a new
  // life of the release, whose numbers count from 1 again.
  const stored = new Map<string, Promise<string>>();
  const askOnce = (what: string, args: string[]): Promise<string> => {
    const key = args.join(' ');
    const known = stored.get(key);
    if (known) return known;
    const asked = ask(what, args);
    stored.set(key, asked);
    asked.catch(() => stored.delete(key));
    return asked;
  };
  const write: Start = (command, args, options) => {
    stored.clear();
    return start(command, args, options);
  };
  return {
    major,
    version,
    target,
    async history() {
      const output = await run(bin, historyArgs(target));
      if (output.code === 0) return parseHistory(output.stdout);
      if (output.stderr.includes('release: not found')) return [];
      throw new HelmError(`read the history of release "${target.release}"`, output);
    },
    manifest: (revision) => askOnce(`read the manifest of revision ${revision}`, getArgs('manifest', target, revision)),
    hooks: (revision) => askOnce(`read the hooks of revision ${revision}`, getArgs('hooks', target, revision)),
    async applyMethod(revision) {
      if (major === 3) return undefined;
      const text = await askOnce(`read the metadata of revision ${revision}`, metadataArgs(target, revision));
      const method = (JSON.parse(text) as { applyMethod?: string }).applyMethod;
      return method === 'ssa' || method === 'csa' ? method : undefined;
    },
    async render(source) {
      const text = await ask('render the chart', renderArgs(target, source));
      const record = text.slice(text.indexOf('{'));
      const json = JSON.parse(record) as { manifest?: string; hooks?: Partial<RenderedHook>[] };
      const hooks = (json.hooks ?? []).map((hook) => ({
        name: hook.name ?? '',
        kind: hook.kind ?? '',
        manifest: hook.manifest ?? '',
        events: hook.events ?? [],
      }));
      return { manifest: json.manifest ?? '', hooks, record };
    },
    template: (source, cluster) => ask('render the chart', templateArgs(target, source, cluster)),
    async record(source) {
      const text = await ask('render the chart', recordArgs(target, source));
      return text.slice(text.indexOf('{'));
    },
    upgrade: (plan, onLine) => write(bin, upgradeArgs(major, target, plan), { onLine }),
    rollback: (revision, { description, ...options }) => {
      const kept = describesRollbacks(version) ? { ...options, description } : options;
      return write(bin, rollbackArgs(major, target, revision, kept));
    },
    uninstall: (timeout, foreground) => write(bin, uninstallArgs(target, timeout, foreground)),
    test: (timeout) => start(bin, testArgs(target, timeout)),
    crds: (chart) => ask('read the definitions of the chart', crdsArgs(chart)),
    values: (revision, all) => ask(`read the values of revision ${revision}`, valuesArgs(target, revision, all)),
  };
}

/** `helm rollback --description`: seen in 4.3.1; a Helm that lacks the flag would refuse the rollback. */
function describesRollbacks(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 3);
}

/** The sentence in Helm's error output that says what went wrong, without its log lines. */
export function lastError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const error = lines.findIndex((line) => line.startsWith('Error: '));
  const text = error < 0 ? lines.filter(Boolean).slice(-3) : lines.slice(error).filter(Boolean);
  return text.join('; ').replace(/^Error: /, '');
}

/** Why a `helm upgrade` ended badly, as far as it decides what we do next. */
export type HelmFailure = 'gave-up-waiting' | 'lost-the-api' | 'another-operation' | 'failed';

const LOST =
  /connection refused|connection reset|broken pipe|unexpected EOF|: EOF|no such host|i\/o timeout|TLS handshake timeout|http2: client connection lost|Unauthorized|Service ?Unavailable|Too Many Requests|server is currently unable|etcdserver: /i;
const WAITED =
  /context deadline exceeded|timed out waiting for the condition|client rate limiter Wait returned|not ready\. status:/i;
const HOOK = /(pre|post)-(install|upgrade|rollback) hooks? failed|failed (pre|post)-(install|upgrade)/i;
const LOCKED =
  /another operation \(install\/upgrade\/rollback\) is in progress|release: already exists|"sh\.helm\.release\.v1\.[^"]+" already exists/i;

/** True when Helm says that a hook is what failed. */
export function isHookFailure(stderr: string): boolean {
  return HOOK.test(stderr);
}

/** Reads Helm's error text; `failed` when Helm itself refused or could not apply something. */
export function classifyFailure(stderr: string): HelmFailure {
  if (LOCKED.test(stderr)) return 'another-operation';
  // A hook that failed or took too long stops the upgrade before anything of it was applied, or after all was.
  if (isHookFailure(stderr)) return 'failed';
  if (LOST.test(stderr)) return 'lost-the-api';
  if (WAITED.test(stderr)) return 'gave-up-waiting';
  return 'failed';
}
