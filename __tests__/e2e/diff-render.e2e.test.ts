import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startGitHub } from '../../testbed/github/server.ts';
import { pluginFolder } from '../diff/conformance.ts';
import { drawHelms, seeded } from './draw.ts';
import { until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { type HelmName, Step, type StepResult } from './step.ts';
import { webChartWith } from './web-chart.ts';

const HEAD = 'feedface0123456789feedface0123456789feed';
const MERGE = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const REPO = { owner: 'acme', repo: 'shop' };
const SECRET = 'correct-horse-battery';
const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** What the chart copies from objects that it does not own. */
const LOOKED = `{{- $given := lookup "v1" "ConfigMap" .Release.Namespace "given" }}
{{- $db := lookup "v1" "Secret" .Release.Namespace "db" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: looked}
data:
  zone: {{ dig "data" "zone" "no zone found" $given | quote }}
  address: {{ printf "postgres://%s" (dig "data" "password" "" $db | b64dec) | quote }}
`;

interface Scene {
  place: Place;
  step: (
    inputs: Record<string, string>,
    more?: { env?: Record<string, string>; event?: unknown; api?: string },
  ) => Step;
}

/** A namespace with the objects that the chart asks for. */
function scene(name: string, helm: HelmName): Scene {
  const place = new Place(name, helm);
  cleanups.push(() => place.remove());
  place.k('create', 'configmap', 'given', '--from-literal=zone=eu-central-1a');
  place.k('create', 'secret', 'generic', 'db', `--from-literal=password=${SECRET}`);
  const folder = webChartWith({ 'templates/looked.yaml': LOOKED }, cleanups);
  return {
    place,
    step: ({ tag = '1.0.0', ...inputs }, { api, ...more } = {}) => {
      const all = webInputs(place, [`image.tag=${tag}`], { chart: folder, comment: 'never', ...inputs });
      const made = new Step({ helm, inputs: all, workspace: folder, githubApiUrl: api, ...more });
      cleanups.push(() => made.remove());
      return made;
    },
  };
}

const diffOf = (run: StepResult): string => readFileSync(run.outputs.diff ?? '', 'utf8');

const { seed, random } = seeded();
process.stderr.write(`render: server: HELM_ROLLOUT_SEED=${seed}\n`);

describe.each(drawHelms(random))('render: server with %s', (helm) => {
  it('shows what the chart finds in the cluster, also while a deploy is in progress; client shows its fallback', async () => {
    const { step, place } = scene('lookup', helm);
    const first = await step({ command: 'diff', render: 'server' }).mainAs('changed');
    expect(diffOf(first)).toMatch(/^\+\s+zone: eu-central-1a$/m);
    expect(diffOf(await step({ command: 'diff' }).mainAs('changed'))).toMatch(/^\+\s+zone: no zone found$/m);

    await step({}).mainAs('deployed');
    expect((await step({ command: 'diff', render: 'server' }).mainAs('clean')).outputs.changed).toBe('false');
    expect(diffOf(await step({ command: 'diff' }).mainAs('changed'))).toMatch(/^-\s+zone: eu-central-1a$/m);

    const busy = step({ tag: 'slow-4' }).startMain();
    await until('the deploy is under way', 60_000, () => place.history().at(-1)?.status === 'pending-upgrade');
    const during = await step({ command: 'diff', render: 'server', tag: '1.1.0' }).mainAs('changed');
    expect(during.summary).toContain('A deploy is in progress');
    expect(diffOf(during)).not.toContain('zone');
    expect((await busy.ended).outputs.status).toBe('deployed');
  });

  it('hides the Secrets of the namespace, and says what a chart may not ask for', async () => {
    const { step, place } = scene('hidden', helm);
    const run = await step({ command: 'diff', render: 'server' }).mainAs('changed');
    expect(diffOf(run)).toMatch(/^\+\s+address: ['"]?postgres:\/\/\*\*\*['"]?$/m);
    const everything = [run.log, run.summary, JSON.stringify(run.report), diffOf(run)].join('\n');
    expect(everything).not.toContain(SECRET);

    // Whoever may list Secrets, as Helm must, and nothing else.
    place.k('create', 'role', 'records', '--verb=get,list', '--resource=secrets');
    place.k('create', 'rolebinding', 'records', '--role=records', '--user=nobody');
    const refused = await step({ command: 'diff', render: 'server', 'kube-context': 'nobody' }).main();
    expect({ code: refused.code, status: refused.outputs.status }).toEqual({ code: 1, status: 'failed' });
    expect(refused.outputs.reason).toMatch(/configmaps "given" is forbidden/);
  });
});

it('render: server is what the helm-diff plugin renders, too', async () => {
  const { step } = scene('plugin', 'helm3');
  const env = { HELM_PLUGINS: pluginFolder(), HELM_DIFF_USE_INSECURE_SERVER_SIDE_DRY_RUN: 'true' };
  const inputs = { command: 'diff', 'diff-engine': 'helm-diff' };
  const server = diffOf(await step({ ...inputs, render: 'server' }, { env }).mainAs('changed'));
  expect(server).toMatch(/^\+\s+zone: "eu-central-1a"$/m);
  expect(server).not.toContain(SECRET);
  expect(diffOf(await step(inputs, { env }).mainAs('changed'))).toMatch(/^\+\s+zone: "no zone found"$/m);
});

it('a deploy is compared with the reviewed diff as that one was rendered', async () => {
  const { step } = scene('reviewed', 'helm4');
  const github = await startGitHub();
  cleanups.push(() => github.close());
  const permissions = { contents: 'read', 'pull-requests': 'write', actions: 'read' } as const;
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
  github.seedPull({ ...REPO, number: 7, head: { ref: 'change', sha: HEAD } });
  const inputs = { comment: 'auto', 'github-token': 'ghs_job' };
  const head = { sha: HEAD, repo: { full_name: 'acme/shop' } };
  const event = { number: 7, pull_request: { number: 7, head, base: { sha: 'ba5e' } } };
  const env = { GITHUB_EVENT_NAME: 'pull_request' };
  await step({ ...inputs, command: 'diff', render: 'server' }, { env, event, api: github.url }).mainAs('changed');
  github.mergePull({ ...REPO, number: 7, sha: MERGE });
  const deployed = step(inputs, { env: { GITHUB_SHA: MERGE }, api: github.url });
  expect((await deployed.mainAs('deployed')).report?.reviewed).toMatchObject({ state: 'as-reviewed', except: [] });
});
