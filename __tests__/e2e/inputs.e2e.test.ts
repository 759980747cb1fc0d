import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Place, webInputs } from './release.ts';
import { Step } from './step.ts';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

const where = { namespace: 'inputs-untouched' } as Place;

function step(inputs: Record<string, string>, env: Record<string, string> = {}): Step {
  const made = new Step({ helm: 'helm3', inputs: webInputs(where, [], inputs), env });
  cleanups.push(() => made.remove());
  return made;
}

const kubeconfig = (server: string): string => `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: '${server}' } }]
users: [{ name: u, user: { token: very-secret-token } }]
contexts: [{ name: somewhere, context: { cluster: c, user: u } }]
current-context: somewhere
`;

describe('bad input is refused before anything is touched', () => {
  it.each([
    ['no release', { release: '' }, 'input "release": is required and was not given'],
    ['no chart', { chart: '' }, 'input "chart": is required and was not given'],
    [
      'a chart that does not exist',
      { chart: 'charts/wbe' },
      'input "chart": "charts/wbe" does not exist in the workspace',
    ],
    ['a folder that is no chart', { chart: 'charts' }, 'input "chart": the folder "charts" holds no Chart.yaml'],
    ['a release name that Helm refuses', { release: 'Web_1' }, 'input "release": Helm refuses the name "Web_1"'],
    [
      'a time-out without a unit',
      { timeout: '300' },
      'input "timeout": "300" has no unit: write a duration with its unit',
    ],
    ['a time-out that is none', { timeout: 'soon' }, 'input "timeout": "soon" is not a duration'],
    [
      'a boolean that is none',
      { 'create-namespace': 'yes' },
      'input "create-namespace": "yes" is not a boolean: write true or false',
    ],
    ['an atomic mode that is none', { atomic: 'yes' }, 'input "atomic": "yes" is not one of true, helm, false'],
    [
      'a values file that does not exist',
      { 'value-files': 'a.yaml' },
      'input "value-files": the file "a.yaml" does not exist',
    ],
    ['a chart outside', { chart: '../../examples' }, 'input "chart": "../../examples" is outside the workspace'],
    ['values outside', { 'value-files': '/etc/passwd' }, 'input "value-files": "/etc/passwd" is outside the workspace'],
    ['values that are no YAML', { values: 'password: [hunter2' }, 'input "values": is not valid YAML'],
    ['a set line without =', { set: 'image.tag' }, 'input "set": a line without "="'],
    ['a namespace that is none', { namespace: 'A b' }, 'input "namespace": "A b" is no namespace'],
    ['a kubeconfig that is none', { kubeconfig: 'aGVsbG8=' }, 'input "kubeconfig" is neither a kubeconfig'],
    [
      'an unknown context',
      { 'kube-context': 'prod' },
      'input "kube-context": there is no context "prod"; known contexts: ',
    ],
  ])('%s', async (_, inputs, sentence) => {
    const run = await step(inputs).main();
    expect(run.code).toBe(1);
    expect(run.log.match(/^::error::/gm)).toHaveLength(1);
    expect(run.log).toContain(sentence);
    expect(run.log).not.toContain('hunter2');
    expect(run.outputs).toEqual({ status: 'refused', reason: expect.stringContaining(sentence) });
  });

  it.each([
    ['HELM_KUBECONTEXT', 'prod'],
    ['HELM_KUBEAPISERVER', 'https://127.0.0.1:9'],
    ['HELM_KUBETOKEN', 'very-secret-token'],
  ])('%s in the environment, which leads helm and not kubectl elsewhere', async (name, value) => {
    const run = await step({}, { [name]: value }).main();
    const sentence = `the environment variable ${name} would lead helm to another cluster or user than kubectl: unset it`;
    expect(run.code).toBe(1);
    expect(run.outputs).toEqual({ status: 'refused', reason: expect.stringContaining(sentence) });
    expect(run.log).not.toContain(value);
  });

  it('names the server that refuses connections', async () => {
    const run = await step({ kubeconfig: kubeconfig('https://127.0.0.1:9') }).main();
    expect(run.code).toBe(1);
    expect(run.log).toContain('the API server https://127.0.0.1:9 does not answer');
    expect(run.shown).not.toContain('very-secret-token');
  });

  it('gives up on a server that never answers, within 15 s', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const begun = Date.now();
    const run = await step({ kubeconfig: kubeconfig(`https://127.0.0.1:${port}`) }).main();
    silent.close();
    expect(run.code).toBe(1);
    expect(run.log).toContain(`the API server https://127.0.0.1:${port} does not answer`);
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  it('keeps the kubeconfig in a file of its own, mode 0600, and post removes it', async () => {
    const made = step({ kubeconfig: Buffer.from(kubeconfig('https://127.0.0.1:9')).toString('base64') });
    await made.main();
    expect(readdirSync(made.temp).filter((name) => name.startsWith('helm-rollout-'))).toHaveLength(1);
    const after = await made.post();
    expect(after.code).toBe(0);
    expect(readdirSync(made.temp)).toEqual([]);
  });
});
