import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { type EksFront, startEksFront } from './eks-front.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step } from './step.ts';

const TTL_SECONDS = 3;
const KEY = 'AKIAEXAMPLE';
const cleanups: (() => void)[] = [];
let front: EksFront;
beforeAll(async () => {
  front = await startEksFront(TTL_SECONDS);
});
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
  front.close();
});

interface Call {
  caller: string;
  pid: number;
  issued: number;
}

/** A step of a job whose runner has the AWS CLI and credentials; `aws` changes what AWS holds. */
function step(
  helm: HelmName,
  where: Pick<Place, 'namespace'>,
  given: { inputs?: Record<string, string>; set?: string[]; env?: Record<string, string>; aws?: object } = {},
): { step: Step; calls: () => Call[] } {
  const inputs = { 'eks-cluster': 'shop', 'aws-region': 'eu-central-1', ...given.inputs };
  const env: Record<string, string> = { KUBECONFIG: '/nowhere', AWS_ACCESS_KEY_ID: KEY, ...given.env };
  const options = { helm, inputs: webInputs(where as Place, given.set ?? [], inputs), env };
  const made = new Step(options);
  cleanups.push(() => made.remove());
  const calls = path.join(made.folder, 'aws.calls');
  const holds = {
    cluster: 'shop',
    region: 'eu-central-1',
    account: '111122223333',
    role: 'arn:aws:sts::111122223333:assumed-role/deployer/run',
    key: KEY,
    server: front.url,
    ca: front.ca,
    ttlSeconds: TTL_SECONDS,
    calls,
    ...given.aws,
  };
  env.FAKE_AWS = path.join(made.folder, 'aws.json');
  writeFileSync(env.FAKE_AWS, JSON.stringify(holds));
  const program = path.join(made.folder, 'bin/aws');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${path.join(ROOT, '__tests__/e2e/fake-aws.mjs')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const read = (): Call[] =>
    existsSync(calls)
      ? readFileSync(calls, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Call)
      : [];
  return { step: made, calls: read };
}

const { seed, random } = seeded();
const drawn = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm4';

describe(`a deploy to an EKS cluster with ${drawn} (HELM_ROLLOUT_SEED=${seed})`, () => {
  const helm = drawn;
  it('outlives its tokens: helm and the watch renew theirs', async () => {
    const where = new Place('eks', helm);
    cleanups.push(() => where.remove());
    const { step: made, calls } = step(helm, where, { set: ['image.tag=slow-8'] });
    const before = front.counts.turnedAway;
    await made.mainAs('deployed');
    expect(where.ready()).toBe('3/3/3');
    expect(front.counts.turnedAway).toBe(before);
    const byCaller = (name: RegExp): number[] => {
      const pids = calls()
        .filter(({ caller }) => name.test(caller))
        .map(({ pid }) => pid);
      return [...new Set(pids)].map((pid) => pids.filter((each) => each === pid).length);
    };
    // One and the same process asked more than once.
    expect(Math.max(...byCaller(/helm upgrade/))).toBeGreaterThan(1);
    expect(Math.max(...byCaller(/kubectl proxy/))).toBeGreaterThan(1);
    const folder = path.join(made.temp, readdirSync(made.temp).find((name) => !name.endsWith('.json')) ?? '');
    const kubeconfig = path.join(folder, 'eks-kubeconfig');
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(readFileSync(kubeconfig, 'utf8')).toContain(`"${path.join(made.folder, 'bin/aws')}"`);
    expect(readFileSync(kubeconfig, 'utf8')).not.toContain('k8s-aws-v1.');
    await made.post();
    expect(existsSync(folder)).toBe(false);
  });
});

describe('an EKS cluster that cannot be reached', () => {
  const nothing = { namespace: 'eks-untouched' };
  it.each([
    [
      'no credentials',
      { env: { AWS_ACCESS_KEY_ID: '' } },
      'there are no valid AWS credentials in this job: add a step',
    ],
    [
      'wrong credentials',
      { env: { AWS_ACCESS_KEY_ID: 'AKIAOTHER' } },
      'there are no valid AWS credentials in this job',
    ],
    ['no such cluster', { inputs: { 'eks-cluster': 'shpo' } }, 'there is no EKS cluster "shpo" in eu-central-1'],
    ['another region', { inputs: { 'aws-region': 'us-east-1' } }, 'there is no EKS cluster "shop" in us-east-1'],
    ['no region', { inputs: { 'aws-region': '' } }, 'no AWS region is set: give "aws-region", or set AWS_REGION'],
    ['no right to describe', { aws: { deniesDescribe: true } }, 'allow it eks:DescribeCluster'],
    ['no access entry', { aws: { isUnknown: true } }, 'give the role an access entry (aws eks create-access-entry'],
    ['a kubeconfig beside it', { inputs: { kubeconfig: 'x' } }, 'input "eks-cluster": brings its own kubeconfig'],
  ])('%s', async (name, given, sentence) => {
    front.counts.turnedAway = 0;
    const { step: made } = step('helm4', nothing, given);
    const run = await made.main();
    expect(run.outputs).toEqual({ status: 'refused', reason: expect.stringContaining(sentence) });
    expect(run.outputs.reason).not.toContain('111122223333');
    expect(front.counts.turnedAway > 0).toBe(name === 'no access entry');
  });

  it('no AWS CLI', async () => {
    const { step: made } = step('helm4', nothing);
    rmSync(path.join(made.folder, 'bin/aws'));
    const run = await made.main();
    expect(run.outputs.reason).toContain('the AWS CLI (aws) was not found on PATH');
  });

  it('the region may come from the environment', async () => {
    const { step: made } = step('helm4', nothing, {
      inputs: { 'aws-region': '', command: 'diff', comment: 'never' },
      env: { AWS_REGION: 'eu-central-1' },
    });
    expect((await made.main()).outputs.status).toBe('changed');
  });
});

describe('the API server in front of the bed', () => {
  const answer = (issued: number): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer k8s-aws-v1.${issued}` };
      const ca = Buffer.from(front.ca, 'base64');
      get(`${front.url}/version`, { headers, ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });

  it('turns away a token whose time is over, and counts it', async () => {
    front.counts.turnedAway = 0;
    expect(await answer(Date.now())).toBe(200);
    expect(front.counts.turnedAway).toBe(0);
    expect(await answer(Date.now() - (TTL_SECONDS + 2) * 1000)).toBe(401);
    expect(front.counts.turnedAway).toBe(1);
  });
});
