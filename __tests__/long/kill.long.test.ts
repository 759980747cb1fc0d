import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { seeded } from '../e2e/draw.ts';
import { helmOf, killAll, processesOf } from '../e2e/processes.ts';
import { Place, webInputs } from '../e2e/release.ts';
import { HELMS, type HelmName, type Running, Step } from '../e2e/step.ts';
import { commit, RESULTS_FOLDER } from './results.ts';

/** From before the apply to after the rollback: the upgrade of a never ready image is given up after 8 s. */
const LAST_POINT_MS = 12_000;
const POINTS = 8;
const { seed, random } = seeded();
process.stderr.write(`kill points drawn with HELM_ROLLOUT_SEED=${seed}\n`);
const points = Array.from({ length: POINTS }, (_, i) => Math.round(((i + random()) / POINTS) * LAST_POINT_MS));

/** What is done to a run at the point, and whether its post gets to run afterwards. */
const ENDS: Record<string, { post: boolean; end: (run: Step, main: Running) => Promise<void> }> = {
  "GitHub's cancel": {
    post: true,
    end: async (_, main) => {
      main.child.kill('SIGINT');
      if (await endsWithin(main, 7_500)) return;
      main.child.kill('SIGTERM');
      if (await endsWithin(main, 2_500)) return;
      main.child.kill('SIGKILL');
    },
  },
  'kill -9 of the action': { post: true, end: async (_, main) => void main.child.kill('SIGKILL') },
  'kill -9 of the action, post lost too': { post: false, end: async (_, main) => void main.child.kill('SIGKILL') },
  'kill -9 of helm': {
    post: true,
    end: async (run) => {
      const helm = helmOf(run);
      if (helm) killAll([helm]);
    },
  },
  'kill -9 of everything': {
    post: false,
    end: async (run, main) => killAll([{ pid: main.child.pid ?? 0, args: [] }, ...processesOf(run)]),
  },
};

let github: Promise<GitHubStandIn> | undefined;
const settled: { helm: HelmName; name: string; pointMs: number }[] = [];
afterAll(async () => {
  await (await github)?.close();
  // A whole run, every point settled, replaces the committed result.
  if (settled.length < HELMS.length * Object.keys(ENDS).length * POINTS) return;
  const results = { schemaVersion: 1, date: new Date().toISOString(), seed, commit: commit(), settled };
  writeFileSync(path.join(RESULTS_FOLDER, 'kill.json'), `${JSON.stringify(results, null, 2)}\n`);
});

describe.each(HELMS)('ended at a drawn point, with %s', (helm) => {
  const rows = Object.keys(ENDS).flatMap((name) => points.map((point) => ({ name, point })));
  it.concurrent.each(rows)('$name after $point ms', async ({ name, point }) => {
    await endAt(helm, name, point);
    settled.push({ helm, name, pointMs: point });
  }, 180_000);
});

async function endAt(helm: HelmName, name: string, point: number): Promise<void> {
  github ??= startGitHub();
  const hub = await github;
  hub.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { contents: 'read', actions: 'read' } });
  hub.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'completed', conclusion: 'cancelled' });
  const place = new Place('ended', helm);
  const steps: Step[] = [];
  const step = (tag: string, runId: string, timeout: string): Step => {
    const inputs = webInputs(place, [`image.tag=${tag}`], { 'github-token': 'ghs_job', comment: 'never', timeout });
    const made = new Step({ helm, inputs, env: { GITHUB_RUN_ID: runId }, githubApiUrl: hub.url });
    steps.push(made);
    return made;
  };
  try {
    await step('1.0.0', '1', '60s').mainAs('deployed');
    const run = step('unready', '2', '8s');
    const main = run.startMain();
    await endsWithin(main, point);
    const { post, end } = ENDS[name] ?? {};
    await end?.(run, main);
    await main.ended;
    if (post) {
      await run.post();
      expect({ image: place.liveImage(), status: place.history().at(-1)?.status }).toEqual({
        image: 'registry.example.com/web:1.0.0',
        status: 'deployed',
      });
    }
    const next = await step('1.2.0', '3', '60s').main();
    if (next.outputs.status !== 'deployed')
      throw new Error(`the next run: ${next.outputs.status}\n${main.log()}\n----\n${next.log}`);
    expect({ image: place.liveImage(), ready: place.ready(), status: place.history().at(-1)?.status }).toEqual({
      image: 'registry.example.com/web:1.2.0',
      ready: '3/3/3',
      status: 'deployed',
    });
  } finally {
    for (const made of steps) made.remove();
    place.remove();
  }
}

async function endsWithin(main: Running, ms: number): Promise<boolean> {
  return Promise.race([main.ended.then(() => true), sleep(ms, false)]);
}
