import { statSync } from 'node:fs';
import parseDuration from 'parse-duration';
import { parse as parseYaml } from 'yaml';
import { type IgnoreRule, ignoreRule } from '../drift/ignore.ts';
import { type ExtraArg, refusedArgs } from '../release/extra-args.ts';
import type { AtomicMode } from '../release/helm-args.ts';
import { auditProfile } from './audit.ts';
import { chartReference, chartVersion, repository } from './chart.ts';
import { InputError } from './input-error.ts';
import type { Inputs, Timeout } from './inputs.ts';
import { checkTogether } from './together.ts';
import { awsRegion, eksCluster, exactVersion, mirror } from './tools.ts';
import { inWorkspace } from './workspace.ts';

/** These work on what is deployed: a chart says them nothing that they need. */
const WITHOUT_CHART: readonly string[] = ['rollback', 'uninstall'];

/** Reads one input as the runner gives it; the empty string when it is not set. */
export type ReadInput = (name: string) => string;

type Readers = { [Name in keyof Inputs]: (text: string, name: Name) => Inputs[Name] };

/**
 * Parses all inputs. Throws InputError for the first that is wrong; paths are resolved against `workspace`, where the
 * runner has checked the repository out.
 */
export function parseInputs(read: ReadInput, workspace: string): Inputs {
  // With dependency-update the chart is a folder, and the repository is where its dependencies come from.
  const isInRepository = read('repo').trim() !== '' && read('dependency-update').trim() !== 'true';
  const readers: Readers = {
    command: (text, name) =>
      oneOf(text || 'deploy', name, ['deploy', 'diff', 'drift', 'audit', 'rollback', 'uninstall']),
    release: (text, name) => releaseName(required(text, name), name),
    chart: (text, name) =>
      text === '' && WITHOUT_CHART.includes(read('command').trim())
        ? ''
        : chartReference(required(text, name), name, { workspace, isInRepository }),
    'chart-version': chartVersion,
    repo: repository,
    'repo-username': optional,
    'repo-password': optional,
    'dependency-update': (text, name) => boolean(text || 'false', name),
    namespace: (text, name) => namespaceName(text || 'default', name),
    values: (text, name) => inlineValues(text, name),
    'value-files': (text, name) => lines(text).map((line) => existingFile(line, name, workspace)),
    set: (text, name) => lines(text).map((line) => setLine(line, name)),
    'set-string': (text, name) => lines(text).map((line) => setLine(line, name)),
    timeout: (text, name) => timeout(text || '10m', name),
    atomic: (text, name) => atomic(text || 'true', name),
    'fail-fast': (text, name) => boolean(text || 'true', name),
    'wait-for-jobs': (text, name) => boolean(text || 'false', name),
    test: (text, name) => boolean(text || 'false', name),
    'history-max': (text, name) => count(text, name),
    'create-namespace': (text, name) => boolean(text || 'false', name),
    audit: (text, name) => oneOf(text || 'warn', name, ['off', 'warn', 'enforce']),
    'audit-profile': (text, name) => auditProfile(text || 'essential', name, workspace),
    'helm-args': (text, name) => extraArgs(lines(text), name),
    force: (text, name) => boolean(text || 'false', name),
    revision: optional,
    'dry-run': (text, name) => boolean(text || 'false', name),
    confirm: optional,
    'on-drift': (text, name) => oneOf(text || 'overwrite', name, ['overwrite', 'fail']),
    'drift-ignore': (text, name) => lines(text).map((line) => driftIgnore(line, name)),
    'fail-on-drift': (text, name) => boolean(text || 'false', name),
    adopt: (text, name) => boolean(text || 'false', name),
    kubeconfig: optional,
    'kube-context': optional,
    'eks-cluster': eksCluster,
    'aws-region': awsRegion,
    'helm-version': exactVersion,
    'kubectl-version': exactVersion,
    'tool-mirror': mirror,
    'github-token': optional,
    comment: (text, name) => oneOf(text || 'auto', name, ['auto', 'always', 'never']),
    'diff-engine': (text, name) => oneOf(text || 'builtin', name, ['builtin', 'helm-diff']),
    render: (text, name) => oneOf(text || 'client', name, ['client', 'server']),
    'pull-request': (text, name) => pullRequest(text, name),
  };
  const parsed = Object.entries(readers).map(([name, reader]) => {
    const parseOne = reader as (text: string, name: string) => unknown;
    return [name, parseOne(read(name).trim(), name)];
  });
  const inputs = Object.fromEntries(parsed) as Inputs;
  checkTogether(inputs);
  return inputs;
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function required(text: string, name: string): string {
  if (text === '') throw new InputError(name, 'is required and was not given');
  return text;
}

/** One entry per line; never split on commas, which are part of Helm's own syntax. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function boolean(text: string, name: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InputError(name, `"${text}" is not a boolean: write true or false`);
}

function oneOf<T extends string>(text: string, name: string, accepted: readonly T[]): T {
  const found = accepted.find((value) => value === text);
  if (found === undefined) throw new InputError(name, `"${text}" is not one of ${accepted.join(', ')}`);
  return found;
}

function atomic(text: string, name: string): AtomicMode {
  const modes = new Map<string, AtomicMode>([
    ['true', 'ours'],
    ['helm', 'helm'],
    ['false', 'off'],
  ]);
  const mode = modes.get(text);
  if (mode === undefined) throw new InputError(name, `"${text}" is not one of true, helm, false`);
  return mode;
}

/** Helm's rule for release names: https://github.com/helm/helm/blob/v3.22.0/pkg/chartutil/validate_name.go */
function releaseName(text: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text) && text.length <= 53) return text;
  const rule = 'at most 53 lower-case letters, digits, "-" and ".", and starts and ends with a letter or digit';
  throw new InputError(name, `Helm refuses the name "${text}": it must be ${rule}`);
}

function namespaceName(text: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length <= 63) return text;
  throw new InputError(name, `"${text}" is no namespace: at most 63 lower-case letters, digits and "-"`);
}

function existingFile(text: string, name: string, workspace: string): string {
  const missing = `the file "${text}" does not exist in the workspace (one path per line)`;
  const file = inWorkspace(text, name, workspace, missing);
  if (!statSync(file).isFile()) throw new InputError(name, missing);
  return file;
}

function setLine(line: string, name: string): string {
  if (/^[^=]+=/.test(line)) return line;
  throw new InputError(name, `a line without "=" (write one key=value per line, in Helm's own syntax)`);
}

function driftIgnore(line: string, name: string): IgnoreRule {
  const rule = ignoreRule(line);
  if (rule) return rule;
  throw new InputError(name, `"${line}" is not Kind/name or Kind/name path, such as Deployment/web spec.replicas`);
}

function inlineValues(text: string, name: string): string | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = parseYaml(text, { version: '1.1', logLevel: 'error' });
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    throw new InputError(name, 'is not valid YAML');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  throw new InputError(name, 'is not a YAML mapping (write key: value, as in a values file)');
}

/** A Go duration, so that Helm reads exactly the same: https://pkg.go.dev/time#ParseDuration */
function timeout(text: string, name: string): Timeout {
  const example = 'write a duration with its unit, such as 10m, 90s or 1h30m';
  if (/^\d+(\.\d+)?$/.test(text)) throw new InputError(name, `"${text}" has no unit: ${example}`);
  const ms = /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text) ? parseDuration(text) : null;
  if (ms === null || ms === undefined) throw new InputError(name, `"${text}" is not a duration: ${example}`);
  if (ms < 1000 || ms > 24 * 60 * 60 * 1000) throw new InputError(name, `"${text}" is not between 1s and 24h`);
  return { text, ms };
}

function pullRequest(text: string, name: string): number | undefined {
  if (text === '') return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InputError(name, `"${text}" is not the number of a pull request`);
}

/** A number of revisions; 0 is Helm's word for no limit. */
function count(text: string, name: string): number | undefined {
  if (text === '') return undefined;
  if (/^(0|[1-9]\d{0,4})$/.test(text)) return Number(text);
  throw new InputError(name, `"${text}" is not a number of revisions: write 0 (no limit) to 99999`);
}

function extraArgs(given: string[], name: string): ExtraArg[] {
  const problem = refusedArgs(given);
  if (problem !== undefined) throw new InputError(name, problem);
  return given as ExtraArg[];
}
