import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { seeded } from './draw.ts';
import { until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, Step } from './step.ts';
import { webChartWith } from './web-chart.ts';

const HEAD = 'feedface0123456789feedface0123456789feed';
const MERGE = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const REPO = { owner: 'acme', repo: 'shop' };
const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

const { seed, random } = seeded();
const drawn: HelmName = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';

/** An object that is another one in every render. */
const TOKEN = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: token}\ndata: {token: {{ randAlphaNum 12 }}}\n';

interface Scene {
  place: Place;
  github: GitHubStandIn;
  diff: (set: string[]) => Step;
  merge: () => void;
  deploy: (set: string[], runId: string) => Step;
  /** The one comment on the pull request. */
  comment: () => string;
}

/** A healthy release, and an open pull request with a diff to come. */
async function scene(name: string, helm: HelmName): Promise<Scene> {
  const place = new Place(name, helm);
  const github = await startGitHub();
  cleanups.push(
    () => github.close(),
    () => place.remove(),
  );
  // As README asks for them.
  const permissions = { contents: 'read', 'pull-requests': 'write', actions: 'read' } as const;
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
  github.seedPull({ ...REPO, number: 7, head: { ref: 'change', sha: HEAD } });
  const folder = webChartWith({ 'templates/token.yaml': TOKEN }, cleanups);
  const step = (set: string[], inputs: Record<string, string>, env: Record<string, string>, event?: unknown): Step => {
    const all = webInputs(place, set, { chart: folder, 'github-token': 'ghs_job', ...inputs });
    const made = new Step({ helm, inputs: all, env, event, githubApiUrl: github.url, workspace: folder });
    cleanups.push(() => made.remove());
    return made;
  };
  await step(['image.tag=1.0.0'], { comment: 'never' }, { GITHUB_RUN_ID: '1' }).mainAs('deployed');
  const head = { sha: HEAD, repo: { full_name: 'acme/shop' } };
  return {
    place,
    github,
    diff: (set) =>
      step(
        set,
        { command: 'diff' },
        { GITHUB_EVENT_NAME: 'pull_request', GITHUB_RUN_ID: '2' },
        { number: 7, pull_request: { number: 7, head, base: { sha: 'ba5e' } } },
      ),
    merge: () => void github.mergePull({ ...REPO, number: 7, sha: MERGE }),
    deploy: (set, runId) => step(set, {}, { GITHUB_SHA: MERGE, GITHUB_RUN_ID: runId }),
    comment: () => {
      const [one, ...others] = github.comments('acme', 'shop', 7);
      expect(others).toEqual([]);
      return one?.body ?? '';
    },
  };
}

describe.each(HELMS)('the comment of a release with %s', (helm) => {
  it('goes from the diff over deploying to deployed, as reviewed, with what is random set aside', async () => {
    const { place, github, diff, merge, deploy, comment } = await scene('life', helm);
    const set = ['image.tag=slow-4', 'replicas=2'];
    await diff(set).mainAs('changed');
    expect(comment()).toContain('· changes ');
    merge();
    const running = deploy(set, '3').startMain();
    await until('the comment says deploying', 60_000, () => comment().includes('· deploying ⏳ revision 2'));
    expect(comment()).toContain('it goes back to revision 1');
    expect(comment()).toContain('[Watch the run](https://github.example/acme/shop/actions/runs/3)');
    await until('Helm is at work', 60_000, () => place.history().at(-1)?.status === 'pending-upgrade');
    expect(comment()).toContain('deploying ⏳');
    const { outputs, report, summary } = await running.ended;
    expect(outputs.status).toBe('deployed');
    expect(report?.reviewed).toMatchObject({ state: 'as-reviewed', except: [], missing: 0, random: 1 });
    expect(comment()).toContain('deployed ✅ revision 2');
    expect(comment()).toContain(
      'As reviewed in this pull request ([its diff](https://github.example/acme/shop/actions/runs/2)). Set aside: 1 object',
    );
    expect(comment()).not.toMatch(/deploying|mermaid/);
    expect(summary).toMatch(/```mermaid\n%%.*\ngantt\n[\s\S]*\n✓ Deployment\/web 2\/2 in .* :done, 0, \d+ms\n```/);
    expect(github.usedPermissions()).toEqual(['pull-requests: read', 'pull-requests: write']);
  });
});

describe('a step of these tests', () => {
  it('is no result when GitHub was asked what it does not describe', async () => {
    const github = await startGitHub();
    cleanups.push(() => github.close());
    github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { contents: 'read' } });
    await fetch(`${github.url}/repos/acme/shop/coments`, { headers: { authorization: 'Bearer ghs_job' } });
    // Without inputs it ends before it reaches for the cluster.
    const step = new Step({ helm: drawn, inputs: {}, githubApiUrl: github.url });
    cleanups.push(() => step.remove());
    await expect(step.main()).rejects.toThrow('GitHub does not describe these requests:\nunknown-path: GET');
  });
});

describe(`what was reviewed, with ${drawn} (HELM_ROLLOUT_SEED=${seed})`, () => {
  it('is named when it is not what is deployed; a tag that is the commit is no exception', async () => {
    const { diff, merge, deploy, comment } = await scene('reviewed', drawn);
    await diff([`image.tag=${HEAD}`]).mainAs('changed');
    merge();
    const other = await deploy([`image.tag=${MERGE}`, 'replicas=4'], '3').mainAs('deployed');
    expect(other.report?.reviewed).toMatchObject({ state: 'differs', random: 1, missing: 0 });
    expect(comment()).toMatch(/\*\*Reviewed\*\* in this pull request \(.*\), \*\*except:\*\* `Deployment\/web`\./);

    // The comment is a state by now, and still knows what was reviewed.
    const same = await deploy([`image.tag=${MERGE.slice(0, 7)}`], '4').mainAs('deployed');
    expect(same.report?.reviewed).toMatchObject({ state: 'as-reviewed', random: 1 });
    expect(comment()).toContain('As reviewed in this pull request');

    const bad = await deploy(['image.tag=missing'], '5').mainAs('rolled-back');
    expect(bad.report?.reviewed).toMatchObject({ state: 'differs' });
    expect(comment()).toContain('failed ❌ rolled back to revision 3, verified');
  });

  it('is no exception for repeating what a live Secret holds', async () => {
    const { place, diff, merge, deploy } = await scene('repeats', drawn);
    place.k('create', 'secret', 'generic', 'db', '--from-literal=address=10.96.14.7:5432');
    const set = ['image.tag=1.1.0', 'secretRef=db', 'env.ADDRESS=10.96.14.7:5432'];
    await diff(set).mainAs('changed');
    merge();
    const run = await deploy(set, '3').mainAs('deployed');
    expect(run.report?.reviewed).toMatchObject({ state: 'as-reviewed', except: [] });
  });

  it('is no exception for values that the release has kept', async () => {
    const { place, diff, merge, deploy } = await scene('kept', drawn);
    await deploy(['image.tag=1.0.0', 'replicas=2'], '2').mainAs('deployed');
    // Without a value of its own Helm goes on with those of the release.
    await diff([]).mainAs('changed');
    merge();
    const run = await deploy([], '3').mainAs('deployed');
    expect(place.ready()).toBe('2/2/2');
    expect(run.report?.reviewed).toMatchObject({ state: 'as-reviewed', except: [] });
  });

  it('is claimed by nobody but us', async () => {
    const { github, diff, merge, deploy, comment } = await scene('forged', drawn);
    const set = ['image.tag=1.1.0'];
    await diff(set).mainAs('changed');
    merge();
    const forged = comment();
    const [ours] = github.comments('acme', 'shop', 7);
    await fetch(`${github.url}/repos/acme/shop/issues/comments/${ours?.id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer ghs_job', 'user-agent': 'test' },
    });
    github.seedComment({ ...REPO, number: 7, body: forged, author: 'mallory' });
    const run = await deploy(set, '3').mainAs('deployed');
    expect(run.report?.reviewed).toBeUndefined();
    expect(github.comments('acme', 'shop', 7).map(({ author }) => author.login)).toEqual([
      'mallory',
      'github-actions[bot]',
    ]);
    expect(github.comments('acme', 'shop', 7)[1]?.body).not.toMatch(/reviewed/i);
  });
});
