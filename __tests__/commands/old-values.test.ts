import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { withOldValues } from '../../src/commands/old-values.ts';
import type { ExtraArg } from '../../src/release/extra-args.ts';
import type { ChartSource } from '../../src/release/helm-args.ts';
import { failed, ours } from '../release/revisions.ts';

const root = mkdtempSync(path.join(tmpdir(), 'values-'));
afterAll(() => rmSync(root, { recursive: true }));

async function source(extra: ExtraArg[], set: string[], history = [ours(1), ours(2, 'deployed'), failed(3)]) {
  const folder = mkdtempSync(path.join(root, 'run-'));
  const asked: string[] = [];
  const learned: string[] = [];
  const values = (revision: number, all: boolean): Promise<string> => {
    asked.push(`${revision}${all ? ' all' : ''}`);
    return Promise.resolve('replicas: 2\npassword: hunter22\n');
  };
  const given: ChartSource = { chart: '/chart', valueFiles: [], set, setString: [], extra };
  const learn = (secrets: readonly string[]): void => void learned.push(...secrets);
  const found = await withOldValues({ source: given, helm: { values }, folder }, history, learn);
  return { asked, learned, files: found.valueFiles, set: found.set };
}

describe("the last release's values", () => {
  it.each<[ExtraArg[], string[], string[]]>([
    [[], [], ['2']],
    [[], ['a=1'], []],
    [['--reset-values'], [], []],
    [['--reuse-values'], ['a=1'], ['2 all']],
    [['--reset-then-reuse-values', '--no-hooks'], ['a=1'], ['2']],
  ])('with %j and set %j', async (extra, set, asked) => {
    const found = await source(extra, set);
    expect(found).toMatchObject({ asked, set });
    expect(found.files).toHaveLength(asked.length);
  });

  it('come first, from a private file, and their secrets are known', async () => {
    const { files, learned } = await source([], []);
    expect(readFileSync(files[0] ?? '', 'utf8')).toContain('replicas: 2');
    expect(statSync(files[0] ?? '').mode & 0o777).toBe(0o600);
    expect(learned).toEqual(['hunter22']);
  });

  it('are none of a first install, and those of the newest revision when none is deployed', async () => {
    expect((await source(['--reuse-values'], [], [])).asked).toEqual([]);
    expect((await source(['--reuse-values'], [], [failed(1)])).asked).toEqual(['1 all']);
  });
});
