import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Changes } from '../../drift/adopt.ts';
import { setValues, type ValueSource, valuePathText } from '../../drift/values.ts';
import { withValue } from '../../drift/yaml-edit.ts';
import { parseYaml } from '../../kubernetes/yaml.ts';
import type { DriftJob } from '../job.ts';

/** All sources of values, and which files may be changed for them. */
export interface EditPlan {
  /** Lowest first. */
  sources: ValueSource[];
  /** The texts of the files, by path. */
  texts: Map<string, string>;
  /** Where a value goes that only the chart's defaults have: the last value file, else the chart's own values.yaml. */
  defaultsTarget: string | undefined;
  /** The chart's values.yaml, when it is a file. */
  defaultsFile: string | undefined;
  /** The private copy of the input `values`. */
  inlineFile: string | undefined;
}

/** Reads the values that the chart gets, source by source. */
export async function readPlan({ inputs, session }: DriftJob): Promise<EditPlan> {
  const texts = new Map<string, string>();
  const sources: ValueSource[] = [];
  const defaultsFile = path.join(inputs.chart, 'values.yaml');
  const defaults = await readFile(defaultsFile, 'utf8').catch(() => undefined);
  sources.push(...(await subchartDefaults(inputs.chart)));
  if (defaults !== undefined) {
    texts.set(defaultsFile, defaults);
    sources.push({ kind: 'defaults', name: defaultsFile, values: valuesIn(defaults) });
  }
  const inlineFile = inputs.values === undefined ? undefined : session.source.valueFiles.at(-1);
  for (const file of session.source.valueFiles) {
    const text = await readFile(file, 'utf8');
    texts.set(file, text);
    const inline = file === inlineFile;
    sources.push({ kind: inline ? 'inline' : 'file', name: inline ? 'values' : file, values: valuesIn(text) });
  }
  sources.push({ kind: 'set', name: 'set', values: setValues(inputs.set) });
  sources.push({ kind: 'set', name: 'set-string', values: setValues(inputs['set-string']) });
  const own = inputs['value-files'].at(-1);
  const target = own ?? (defaults === undefined ? undefined : defaultsFile);
  return {
    sources,
    texts,
    defaultsTarget: target,
    defaultsFile: defaults === undefined ? undefined : defaultsFile,
    inlineFile,
  };
}

/** The defaults of dependencies that lie in the chart's folder, under the names by which the chart sets them. */
async function subchartDefaults(chart: string): Promise<ValueSource[]> {
  const names = await readdir(path.join(chart, 'charts')).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(chart, 'charts', name, 'values.yaml');
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ kind: 'defaults', name: file, values: { [name]: valuesIn(text) } } as const];
    }),
  );
  return found.flat();
}

/** The file's first document; a file that Helm will refuse gives nothing here, and Helm says why. */
function valuesIn(text: string): unknown {
  try {
    return parseYaml(text)[0] ?? undefined;
  } catch {
    return undefined;
  }
}

/** The files' texts with the changes in them, only the files that change; `failed` says which values could not be changed. */
export function editPlan(plan: EditPlan, changes: Changes): { texts: Map<string, string>; failed: string[] } {
  const texts = new Map<string, string>();
  const failed: string[] = [];
  for (const { leaf, value, adds } of changes) {
    if (leaf.source.kind === 'set') continue;
    const file = { defaults: plan.defaultsTarget, file: leaf.source.name, inline: plan.inlineFile }[leaf.source.kind];
    const text = file === undefined ? undefined : (texts.get(file) ?? plan.texts.get(file));
    const next =
      text === undefined ? undefined : withValue(text, leaf.path, value, adds || leaf.source.kind === 'defaults');
    if (file !== undefined && next !== undefined) texts.set(file, next);
    else
      failed.push(
        `\`${valuePathText(leaf.path)}\` has to be \`${value}\`, and cannot be changed alone in \`${path.basename(file ?? leaf.source.name)}\``,
      );
  }
  return { texts, failed };
}
