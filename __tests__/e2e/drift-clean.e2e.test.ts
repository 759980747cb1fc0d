import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { pearlSystems, proveAdoption } from './drift-pearl.ts';
import { Shapes } from './drift-place.ts';
import { HELMS } from './step.ts';

const { seed, random } = seeded();
const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const helm = draw(HELMS);
const system = draw(pearlSystems());
process.stderr.write(
  `no drift: ${helm} and ${system.name} drawn with HELM_ROLLOUT_SEED=${seed}; npm run test:long has all\n`,
);

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

/** The bed's administrator as somebody who may read everything and write nothing. */
function readerOf(shapes: Shapes): string {
  const user = `${shapes.place.namespace}-reader`;
  shapes.place.kubectl('create', 'clusterrole', user, '--verb=get,list', '--resource=*.*');
  shapes.place.kubectl('create', 'clusterrolebinding', user, `--clusterrole=${user}`, `--user=${user}`);
  cleanups.push(() => shapes.place.kubectl('delete', 'clusterrole,clusterrolebinding', user));
  const file = path.join(shapes.folder, 'kubeconfig');
  const config = readFileSync(shapes.place.kubeconfig, 'utf8');
  // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
  writeFileSync(file, config.replace('    user:\n', `    user:\n      as: ${user}\n`));
  return file;
}

describe(`a release that nobody touched, with ${helm}`, () => {
  it('of every shape is clean, and is so for somebody who may only read', async () => {
    const shapes = new Shapes(helm, ['web']);
    cleanups.push(() => shapes.remove());
    shapes.install();
    const run = await shapes.drift();
    expect({ status: run.outputs.status, rows: run.report?.driftCheck?.rows }).toEqual({ status: 'clean', rows: [] });
    expect(run.report?.driftCheck?.notes).toEqual([]);

    const env = { KUBECONFIG: readerOf(shapes) };
    const read = await shapes.drift({}, { env });
    expect({ status: read.outputs.status, rows: read.report?.driftCheck?.rows }).toEqual({ status: 'clean', rows: [] });
    expect(read.report?.driftCheck?.notes).toEqual([expect.stringMatching(/^Compared read-only.*cannot patch/)]);

    // The self-test of both: one thing done by hand is seen by each.
    shapes.place.k('set', 'image', 'deployment/web', 'app=registry.example.com/shapes/app:6.6.6');
    for (const more of [{}, { env }]) {
      const seen = await shapes.drift({}, more);
      expect(seen.report?.driftCheck?.rows.map(({ path: at }) => at)).toEqual([
        'spec.template.spec.containers[app].image',
      ]);
    }
  }, 240_000);

  it(`of the plan's ${system.name} is clean, and again when its hot-fix was adopted`, async () => {
    await proveAdoption(system, helm);
    expect.hasAssertions();
  }, 240_000);
});
