import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT, theBed } from '../e2e/step.ts';

const folders = ['.github/workflows', 'examples/workflows'].filter((folder) => existsSync(path.join(ROOT, folder)));
const workflows = folders.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.join(folder, name)),
);

function actionlint(file: string): { code: number | null; said: string } {
  // -shellcheck and -pyflakes off: whether they are installed must not change the answer.
  const options = ['-no-color', '-shellcheck', '', '-pyflakes', '', file];
  const { status, stdout, stderr } = spawnSync(path.join(theBed().bin, 'actionlint'), options, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

describe('workflows', () => {
  it('exist', () => {
    expect(workflows).toContain('.github/workflows/ci.yml');
  });

  it.each(workflows)('%s passes actionlint', (file) => {
    expect(actionlint(file)).toEqual({ code: 0, said: '' });
  });

  it.each(workflows)('%s pins every third-party action by its full commit', (file) => {
    const uses = [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^\s*-?\s*uses:\s*(\S+)/gm)].map(
      (match) => match[1] ?? '',
    );
    const loose = uses.filter(
      (name) => !name.startsWith('./') && !name.startsWith('helm-rollout/') && !/@[0-9a-f]{40}$/.test(name),
    );
    expect(loose).toEqual([]);
  });
});
