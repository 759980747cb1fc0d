import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step } from './step.ts';

const CHART = path.join(ROOT, '__tests__/e2e/charts/web');
const image = (tag: string): string => `registry.example.com/web:${tag}`;
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

function placeFor(name: string, helm: HelmName): Place {
  const place = new Place(name, helm);
  cleanups.push(() => place.remove());
  return place;
}

function deploy(place: Place, tag: string, inputs: Record<string, string> = {}): Step {
  const step = new Step({ helm: place.helm, inputs: webInputs(place, [`image.tag=${tag}`], inputs) });
  cleanups.push(() => step.remove());
  return step;
}

function setImage(place: Place, tag: string): void {
  place.k('set', 'image', 'deployment/web', `web=${image(tag)}`);
  place.k('rollout', 'status', 'deployment/web', '--timeout=60s');
}

describe.each(HELMS)('the revision gone back to, with %s', (helm) => {
  it('re-running a failed deploy is red again, and the good revision stays', async () => {
    const place = placeFor('rerun', helm);
    await deploy(place, '1.0.0').mainAs('deployed');
    await deploy(place, 'missing').mainAs('rolled-back');
    const again = await deploy(place, 'missing').mainAs('rolled-back');
    expect(again.code).toBe(1);
    expect(again.report?.rollback).toMatchObject({ to: 3, proof: 'observed', verified: true });
    expect(place.liveImage()).toBe(image('1.0.0'));
    expect(place.ready()).toBe('3/3/3');
  });

  it('atomic: helm: what Helm did is verified', async () => {
    const place = placeFor('byhelm', helm);
    await deploy(place, '1.0.0').mainAs('deployed');
    const run = await deploy(place, 'missing', { atomic: 'helm' }).mainAs('rolled-back');
    expect(run.report?.rollback?.verified).toBe(true);
    expect(place.liveImage()).toBe(image('1.0.0'));
    expect(place.history().at(-1)).toMatchObject({ status: 'deployed', description: 'Rollback to 1' });
    // Helm's own rollback, not a second one of ours.
    expect(place.history()).toHaveLength(3);
  });

  it('a failed upgrade that was left lying is never the target', async () => {
    const place = placeFor('lying', helm);
    await deploy(place, '1.0.0').mainAs('deployed');
    await deploy(place, 'missing', { atomic: 'false' }).mainAs('failed');
    const run = await deploy(place, 'crash').mainAs('rolled-back');
    expect(run.report?.rollback).toMatchObject({ to: 1, verified: true });
    expect(place.liveImage()).toBe(image('1.0.0'));
    expect(place.ready()).toBe('3/3/3');
  });

  it('a chart that does not render changes nothing and says so', async () => {
    const place = placeFor('broken', helm);
    await deploy(place, '1.0.0').mainAs('deployed');
    const run = await deploy(place, '1.1.0', { set: 'image.tag=1.1.0\nenv.A.B=c\nkind=' }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'failed' });
    expect(run.outputs.reason).toContain('nothing was changed');
    expect(place.history()).toHaveLength(1);
  });
});

describe('the Helm 4 story: set image, conflict, failed rollback, bad image (design §8)', () => {
  it('ends on the revision that really ran, with the image that really ran', async () => {
    const place = placeFor('story4', 'helm4');
    place.h('install', 'web', CHART, '--set', 'image.tag=1.0.0', '--wait');
    setImage(place, '1.2.0');
    // Helm's own atomic upgrade meets the conflict, and so does its rollback.
    expect(() =>
      place.h('upgrade', 'web', CHART, '--set', 'image.tag=1.1.0', '--rollback-on-failure', '--timeout', '20s'),
    ).toThrow(/conflict with "kubectl-set"/);
    const neverRan = place.history().find((revision) => revision.revision === 2);
    expect(neverRan?.description).toContain('conflict');

    const run = await deploy(place, 'missing').mainAs('rolled-back');
    expect(run.report?.rollback).toMatchObject({ to: 1, verified: true });
    expect(run.report?.rollback?.restoredImages).toEqual([
      expect.objectContaining({ from: image('1.0.0'), to: image('1.2.0') }),
    ]);
    expect(place.liveImage()).toBe(image('1.2.0'));
    expect(place.ready()).toBe('3/3/3');
    expect(place.history().at(-1)).toMatchObject({ status: 'deployed', description: 'Rollback to 1' });
  });
});

describe('a release written by Helm 3 and continued by Helm 4', () => {
  it('is deployed, and brought back when it fails', async () => {
    const place = placeFor('majors', 'helm3');
    await deploy(place, '1.0.0').mainAs('deployed');
    const later = new Step({ helm: 'helm4', inputs: webInputs(place, ['image.tag=1.1.0']) });
    const bad = new Step({ helm: 'helm4', inputs: webInputs(place, ['image.tag=missing']) });
    cleanups.push(
      () => later.remove(),
      () => bad.remove(),
    );
    await later.mainAs('deployed');
    await bad.mainAs('rolled-back');
    expect(place.liveImage()).toBe(image('1.1.0'));
    expect(place.ready()).toBe('3/3/3');
  });
});
