import { realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { writePrivate } from '../../cluster/kubeconfig.ts';
import { type Adoption, adopt, type Changes } from '../../drift/adopt.ts';
import type { DriftCheck } from '../../drift/check.ts';
import { lastField } from '../../drift/path.ts';
import { valuePathText } from '../../drift/values.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { HelmError } from '../../release/helm.ts';
import type { ChartSource } from '../../release/helm-args.ts';
import type { Revision } from '../../release/history.ts';
import { withoutHooks } from '../../release/hooks.ts';
import { ManifestError, parseManifest } from '../../release/manifest.ts';
import type { AdoptReport } from '../../report/drift-report.ts';
import type { DriftJob } from '../job.ts';
import { withOldValues } from '../old-values.ts';
import { clusterOf } from '../prepare/prepare.ts';
import { type EditPlan, editPlan, readPlan } from './adopt-files.ts';
import { templatePlace } from './adopt-template.ts';

/**
 * The values that make Helm agree with what was changed by hand, as patches of the workspace's value files; written there with the
 * input `adopt`. A chart that does not render gives a note and no patch.
 */
export async function adoptReport(
  job: DriftJob,
  check: DriftCheck,
  history: readonly Revision[],
): Promise<AdoptReport> {
  const { session } = job;
  const plan = await readPlan(job);
  const cluster = { isUpgrade: true, ...(await clusterOf(session)) };
  // A default under a value that the release has kept would be changed in vain.
  const base = await withOldValues(session, history, job.learn);
  let first = '';
  let renders = 0;
  const render = async (changes: Changes): Promise<KubeObject[] | undefined> => {
    renders += 1;
    const source = await edited(base, session.folder, plan, { changes, nth: renders });
    try {
      const text = withoutHooks(await session.helm.template(source, cluster)).manifest;
      first ||= text;
      return parseManifest(text, job.inputs.namespace);
    } catch (error) {
      if (doesNotRender(error) && changes.length > 0) return undefined;
      throw error;
    }
  };
  try {
    const found = await adopt(check.findings, plan.sources, {
      render,
      templateOf: (object, at) =>
        templatePlace(first, {
          object,
          field: lastField(at),
          chart: job.inputs.chart,
          workspace: job.context.workspace,
        }),
    });
    return await patched(job, plan, found);
  } catch (error) {
    if (!doesNotRender(error)) throw error;
    return {
      patches: [],
      written: false,
      notes: [`the chart in the workspace does not render: ${error.message}`],
      renders: 1,
    };
  }
}

function doesNotRender(error: unknown): error is HelmError | ManifestError {
  return error instanceof HelmError || error instanceof ManifestError;
}

/** The chart's source with changed values: value files as private copies of this `nth` render, `set` lines behind the given ones. */
async function edited(
  source: ChartSource,
  folder: string,
  plan: EditPlan,
  { changes, nth }: { changes: Changes; nth: number },
): Promise<ChartSource> {
  const texts = editPlan(plan, changes).texts;
  const copies = new Map<string, string>();
  for (const [file, text] of texts) {
    copies.set(file, await writePrivate(folder, `adopt-${nth}-${copies.size}-${path.basename(file)}`, text));
  }
  const own = source.valueFiles.map((file) => copies.get(file) ?? file);
  const defaults = plan.defaultsFile === undefined ? undefined : copies.get(plan.defaultsFile);
  const lines = (name: string): string[] =>
    changes.flatMap(({ leaf, value }) =>
      leaf.source.kind === 'set' && leaf.source.name === name ? [`${valuePathText(leaf.path)}=${value}`] : [],
    );
  return {
    ...source,
    // The chart's own defaults come first: as a file they are over the chart's and under everything else.
    valueFiles: [...(defaults === undefined ? [] : [defaults]), ...own],
    set: [...source.set, ...lines('set')],
    setString: [...source.setString, ...lines('set-string')],
  };
}

async function patched(job: DriftJob, plan: EditPlan, { changes, notes, renders }: Adoption): Promise<AdoptReport> {
  const { workspace } = job.context;
  const { texts, failed } = editPlan(plan, changes);
  const patches: AdoptReport['patches'] = [];
  const more: string[] = [...failed];
  for (const { leaf, value } of changes) {
    const { kind, name } = leaf.source;
    if (kind === 'set' || kind === 'inline') {
      more.push(`\`${valuePathText(leaf.path)}\` comes from the input \`${name}\`: change it there to \`${value}\``);
    }
  }
  for (const [file, text] of texts) {
    if (file === plan.inlineFile) continue;
    const inside = await insideOf(workspace, file);
    const old = plan.texts.get(file) ?? '';
    if (inside === undefined) {
      more.push(`\`${path.basename(file)}\` is not in the workspace: it is left alone`);
      continue;
    }
    patches.push({ file: inside, text: unified(inside, old, text) });
    if (job.inputs.adopt) await writeFile(file, text);
  }
  return { patches, written: job.inputs.adopt && patches.length > 0, notes: [...notes, ...more], renders };
}

/** The path inside the workspace; undefined when it leads out of it, also over a link. */
async function insideOf(workspace: string, file: string): Promise<string | undefined> {
  const relative = path.relative(await realpath(workspace), await realpath(file));
  return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative;
}

/** As git writes it, so that `git apply` takes it. */
function unified(file: string, old: string, now: string): string {
  const text = createTwoFilesPatch(`a/${file}`, `b/${file}`, old, now, '', '', { context: 2 });
  return text.slice(text.indexOf('--- ')).replace(/^(---|\+\+\+) (.*?)\t?$/gm, '$1 $2');
}
