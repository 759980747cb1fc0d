// Writes api.github.com.json.gz: GitHub's OpenAPI description (MIT) without its prose, 0.2 MB instead of the package's 385.
//   npm install --no-save @octokit/openapi@23.0.2 && node testbed/github/update-description.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const source = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
const text = JSON.stringify(withoutProse(JSON.parse(readFileSync(source, 'utf8')), false));
const target = path.join(import.meta.dirname, 'api.github.com.json.gz');
writeFileSync(target, gzipSync(text, { level: 9 }));
process.stdout.write(`${target}: ${text.length} characters of JSON\n`);

/** `isMap`: the keys of this object are names (of properties, of schemas), so none of them is prose. */
function withoutProse(value: unknown, isMap: boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutProse(item, false));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name]) => isMap || !['description', 'example', 'examples', 'summary'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutProse(item, name === 'properties' && !isMap)]));
}
