import type { Run } from '../process/run.ts';
import { isOlder, type Tool } from '../process/tools.ts';
import { type ChartSource, pluginDiffArgs, type ReleaseTarget, type TemplateFor } from './helm-args.ts';

/** The helm-diff plugin cannot be used, or it failed; the message says why, `next` what to do. */
export class PluginError extends Error {
  readonly next: string;
  constructor(message: string, next = OTHERWISE) {
    super(message);
    this.next = next;
  }
}

const OTHERWISE = 'leave the input `diff-engine` at `builtin`, which needs no plugin';

/** What works with which Helm, and why nothing older does. */
const OLDEST: Record<string, { version: string; why: string }> = {
  3: { version: '3.9.0', why: 'older ones do not tell Helm how to render a dry run' },
  4: {
    version: '3.15.1',
    why: 'older ones pass --validate together with --dry-run, which Helm 4 refuses, or render with the wrong API versions',
  },
};

/** What the plugin printed, and whether it saw changes. */
export interface PluginDiff {
  text: string;
  changed: boolean;
}

/**
 * The version of the helm-diff plugin that this helm has installed. Throws PluginError when there is none, or one that cannot work
 * with this Helm (https://github.com/databus23/helm-diff/issues/878, https://github.com/databus23/helm-diff/issues/894).
 */
export async function findHelmDiff(run: Run, helm: Tool): Promise<string> {
  const output = await run(helm.bin, ['plugin', 'list']);
  if (output.code !== 0) throw new PluginError(`helm does not list its plugins: ${firstError(output.stderr)}`);
  const version = /^diff\s+v?(\d+\.\d+\.\d+)/m.exec(output.stdout)?.[1];
  const oldest = OLDEST[helm.version.split('.')[0] ?? ''];
  if (version === undefined) {
    const what = `the helm-diff plugin is not installed for ${helm.bin} (Helm ${helm.version})`;
    throw new PluginError(what, `install it in a step before this one (this action never does), or ${OTHERWISE}`);
  }
  if (oldest && isOlder(version, oldest.version)) {
    const what = `helm-diff ${version} cannot work with Helm ${helm.version}: ${oldest.why}`;
    throw new PluginError(what, `install helm-diff ${oldest.version} or newer, or ${OTHERWISE}`);
  }
  return version;
}

/** Whether the chart may ask the cluster is the input `render`'s to say, not the environment's. */
const CLIENT_ONLY = { HELM_DIFF_USE_UPGRADE_DRY_RUN: 'false', HELM_DIFF_USE_INSECURE_SERVER_SIDE_DRY_RUN: 'false' };

/**
 * Runs `helm diff upgrade` and tells its exit codes apart: 0 nothing changes, 2 something does, else PluginError. Its error text may
 * hold a whole document; only the sentence behind `Error:` is kept.
 */
export async function runHelmDiff(
  run: Run,
  helm: Tool,
  target: ReleaseTarget,
  source: ChartSource,
  cluster: TemplateFor,
): Promise<PluginDiff> {
  const env = {
    ...CLIENT_ONLY,
    ...(target.kubeconfig && { KUBECONFIG: target.kubeconfig }),
    ...(target.kubeContext && { HELM_KUBECONTEXT: target.kubeContext }),
  };
  const { code, stdout, stderr } = await run(helm.bin, pluginDiffArgs(target, source, cluster), { env });
  if (code === 0 || code === 2) return { text: stdout, changed: code === 2 };
  throw new PluginError(`helm diff failed with exit code ${code}: ${firstError(stderr)}`);
}

function firstError(stderr: string): string {
  const line = stderr.split('\n').find((text) => text.startsWith('Error: '));
  return line?.replace(/^Error: /, '').trim() ?? 'it gave no reason';
}
