// Builds dist/index.cjs (main, post and guard in one bundle) and dist/licenses.txt from the sources; byte-identical.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.cjs',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  alias: { undici: path.resolve('scripts/late-undici.cjs') },
  metafile: true,
  logLevel: 'warning',
});

const folders = new Set(
  Object.keys(metafile.inputs)
    .map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
    .filter((folder) => folder !== undefined),
);
const licences = [...folders].map(licenceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
writeFileSync('dist/licenses.txt', licences.map(({ name, text }) => `${name}\n\n${text.trim()}\n`).join('\n---\n\n'));

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'License', 'license', 'LICENCE'].map((n) =>
    path.join(folder, n),
  );
  const text = file.map(readIfThere).find((found) => found !== undefined);
  if (!license && !text) throw new Error(`${name} says nothing of its licence: find out before it is bundled`);
  return { name: `${name} ${version} (${license})`, text: text ?? `Licensed under ${license}.` };
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const bytes = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`dist/index.cjs ${(bytes / 1024).toFixed(0)} KiB, ${licences.length} licences`);
if (process.argv.includes('--sizes')) {
  const sizes = Object.values(metafile.outputs)[0]?.inputs ?? {};
  const byPackage = {};
  for (const [file, { bytesInOutput }] of Object.entries(sizes)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(file)?.[1] ?? 'src';
    byPackage[name] = (byPackage[name] ?? 0) + bytesInOutput;
  }
  for (const [name, size] of Object.entries(byPackage)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 20)) {
    console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB  ${name}`);
  }
}
