import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { at, isMap } from '../../src/diff/values.ts';
import { parseYaml } from '../../src/kubernetes/yaml.ts';
import { theBed } from '../e2e/step.ts';

const SCALARS =
  `n y N Y yes Yes no off On TRUE ~ null Null 0o17 017 08 0_7 0x1F 0x 0b11 -0o7 1e3 1E3 1e400 1.5e-3 1. .5 .5_0 +5 +.5 -0 .e3
22:22 8080:80 2001-12-14 2001-12-14T21:59:43Z 1_000 1__0 9007199254740993 12345678901234567890 123456789012345678901234567890
0777777777777777777777777 "yes" '017' !!int|"7" !!float|3 !!str|5 !!binary|aGVsbG8= !Ref|foo 1.4.0 1-2 - -- +- .inf~ <`.split(
    /\s+/,
  );

it('reads every scalar and key as kubectl does', () => {
  const values = SCALARS.map((scalar, index) => `  k${index}: ${scalar.replace('|', ' ')}`).filter(
    (line) => !/: -$/.test(line),
  );
  const keys = ['n', 'yes', '017', '1e3', '1.0'].map((key) => `  ${key}: key`);
  const more =
    '  text: "a\\r\\nb"\n  block: |\r\n    one\r\n    two\r\n  anchor: &a {x: 1}\n  merged: {<<: *a, z: 2}\n  twice: 1\n  twice: 2';
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scalars}\ndata:\n${[...values, ...keys].join('\n')}\n${more}\n`;
  const { bin, kubeconfig } = theBed();
  const flags = ['create', '--dry-run=client', '--validate=false', '--output', 'json', '--filename', '-'];
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const said = JSON.parse(
    execFileSync(path.join(bin, 'kubectl'), flags, { input: text, encoding: 'utf8', env }),
  ) as unknown;
  const data = at(parseYaml(text)[0], 'data');
  const ours = Object.entries(isMap(data) ? data : {}).map(([key, value]) => [
    key,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  expect(Object.fromEntries(ours)).toEqual(at(said, 'data'));
});
