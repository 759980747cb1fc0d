import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { chartCrds } from '../../src/release/chart-crds.ts';
import { chartBytes } from '../../src/release/chart-size.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'chart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function chart(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries(files)) {
    const to = path.join(folder, name, file);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
  return path.join(folder, name);
}

describe('chartBytes', () => {
  it('adds up the files of a folder and stops at the limit', async () => {
    const where = chart('sum', {
      'Chart.yaml': 'x'.repeat(100),
      'templates/a/b.yaml': 'x'.repeat(50),
      'charts/sub/c.yaml': 'x',
    });
    expect(await chartBytes(where, 1_000)).toBe(151);
    expect(await chartBytes(where, 120)).toBe(120);
  });

  it('takes what it cannot see for large: a package, a link', async () => {
    const where = chart('link', { 'Chart.yaml': '' });
    expect(await chartBytes(path.join(where, 'Chart.yaml'), 1_000)).toBe(1_000);
    symlinkSync(where, path.join(where, 'loop'));
    expect(await chartBytes(where, 1_000)).toBe(1_000);
  });
});

describe('chartCrds', () => {
  it("gives the manifests of crds/, in the order of their names, without the dependencies' ones", async () => {
    const where = chart('crds', {
      'crds/b.yaml': '---\nkind: B\n',
      'crds/a/a.YML': 'kind: A',
      'crds/README.md': 'text',
      'templates/crd.yaml': 'kind: T',
      'charts/sub/crds/c.yaml': 'kind: C',
    });
    expect(await chartCrds(where)).toBe(
      '---\n# Source: crds/a/a.YML\nkind: A\n---\n# Source: crds/b.yaml\nkind: B\n\n',
    );
    expect(await chartCrds(chart('none', { 'Chart.yaml': '' }))).toBe('');
  });

  it('does not know those of a package', async () => {
    const where = chart('package', { 'web-1.0.0.tgz': '' });
    expect(await chartCrds(path.join(where, 'web-1.0.0.tgz'))).toBeUndefined();
  });
});
