import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** What Helm takes for CRDs: https://github.com/helm/helm/blob/v3.22.0/pkg/chart/chart.go, hasManifestExtension */
const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * The documents in `crds/` of a chart's folder as one text, each with its file; empty when there are none. Those of its dependencies
 * are left out, because Helm's record of the release does not hold them either. Undefined for a packaged chart.
 */
export async function chartCrds(chart: string): Promise<string | undefined> {
  if (!(await stat(chart)).isDirectory()) return undefined;
  const names = await readdir(path.join(chart, 'crds'), { recursive: true }).catch(() => []);
  const files = names.filter((name) => MANIFEST.test(name)).sort();
  const texts = files.map(async (name) =>
    crdText(`crds/${name}`, await readFile(path.join(chart, 'crds', name), 'utf8')),
  );
  return (await Promise.all(texts)).join('');
}

/** The same from the files that Helm has stored with a revision. */
export function storedCrds(files: readonly { name?: string; data?: string }[]): string {
  const crds = files.filter(({ name = '' }) => name.startsWith('crds/') && MANIFEST.test(name));
  return crds.map(({ name = '', data = '' }) => crdText(name, Buffer.from(data, 'base64').toString('utf8'))).join('');
}

function crdText(name: string, text: string): string {
  return `---\n# Source: ${name}\n${text.replace(/^---\s*\n/, '')}\n`;
}
