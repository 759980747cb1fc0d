import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import type { Run } from '../process/run.ts';
import { KubeconfigError } from './kubeconfig.ts';

/** An EKS cluster as the inputs name it; without a region the AWS CLI takes the one of its environment. */
export interface EksCluster {
  name: string;
  region: string | undefined;
}

export interface EksPorts {
  run: Run;
  /** The absolute path of the AWS CLI; undefined when the runner has none. */
  aws: string | undefined;
}

/**
 * Writes a kubeconfig for an EKS cluster into a private folder and returns its path. It holds no token: helm and kubectl
 * call `aws eks get-token` themselves whenever theirs has run out, so a wait may be longer than a token lives (15 minutes).
 * Throws KubeconfigError with what AWS refused and what to do.
 */
export async function eksKubeconfig(cluster: EksCluster, folder: string, { aws, run }: EksPorts): Promise<string> {
  const { name, region } = cluster;
  if (aws === undefined) {
    const next = 'use a runner that has it, or install it in a step before this one';
    throw new KubeconfigError(`input "eks-cluster": the AWS CLI (aws) was not found on PATH: ${next}`);
  }
  const file = path.join(folder, 'eks-kubeconfig');
  const where = region === undefined ? [] : ['--region', region];
  const output = await run(aws, ['eks', 'update-kubeconfig', '--name', name, ...where, '--kubeconfig', file]);
  if (output.code !== 0) throw new KubeconfigError(eksTrouble(output.stderr, cluster));
  await chmod(file, 0o600);
  await writeFile(file, withProgram(await readFile(file, 'utf8'), aws));
  return file;
}

/** The exec plugin by its absolute path: what was found is what is run, whatever PATH says later. */
function withProgram(text: string, aws: string): string {
  const document = parseDocument(text);
  const users = (document.toJS() as { users?: { user?: { exec?: { command?: string } } }[] }).users ?? [];
  for (const [index, { user }] of users.entries()) {
    if (user?.exec?.command === 'aws') document.setIn(['users', index, 'user', 'exec', 'command'], aws);
  }
  return document.toString();
}

const NO_CREDENTIALS =
  /Unable to locate credentials|NoCredentials|ExpiredToken|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|token included in the request is (invalid|expired)|InvalidIdentityToken|SSO session/i;

/**
 * The AWS CLI's error text as one sentence of ours. The known texts are those of the CLI's versions 1 and 2:
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html#API_DescribeCluster_Errors
 */
export function eksTrouble(stderr: string, { name, region }: EksCluster): string {
  const place = region === undefined ? "the environment's region" : region;
  const input = 'input "eks-cluster":';
  if (NO_CREDENTIALS.test(stderr)) {
    const next = 'add a step with aws-actions/configure-aws-credentials (and "id-token: write") before this one';
    return `${input} there are no valid AWS credentials in this job: ${next}`;
  }
  if (/must specify a region|NoRegion/i.test(stderr)) {
    return `${input} no AWS region is set: give "aws-region", or set AWS_REGION`;
  }
  if (/ResourceNotFoundException|No cluster found/i.test(stderr)) {
    return `${input} there is no EKS cluster "${name}" in ${place} of this AWS account: check the name, "aws-region" and the role`;
  }
  if (/AccessDenied|not authorized to perform/i.test(stderr)) {
    return `${input} the AWS role of this job may not read the cluster "${name}": allow it eks:DescribeCluster`;
  }
  if (/Could not connect to the endpoint|EndpointConnectionError|Connect timeout/i.test(stderr)) {
    return `${input} AWS cannot be reached in ${place}: check "aws-region" and the runner's network`;
  }
  const status = /Cluster status is (\w+)/.exec(stderr)?.[1];
  if (status) return `${input} the cluster "${name}" cannot be used: its status is ${status}`;
  const last = stderr.trim().split('\n').at(-1)?.trim();
  return `${input} aws eks update-kubeconfig failed for "${name}" in ${place}: ${last || 'it did not say why'}`;
}

const UNAUTHORIZED = /\(?Unauthorized\)?|asked for the client to provide credentials/;
const PLUGIN_FAILED = /getting credentials: exec: /;

/** Why an EKS cluster's API server turned us away, as far as that is EKS's own affair; undefined for anything else. */
export function eksRefusal(stderr: string, { name }: EksCluster): string | undefined {
  if (PLUGIN_FAILED.test(stderr)) {
    return `input "eks-cluster": aws eks get-token failed for "${name}": check the AWS credentials of this job`;
  }
  if (!UNAUTHORIZED.test(stderr)) return undefined;
  const next = `give the role an access entry (aws eks create-access-entry --cluster-name ${name} --principal-arn <role>) and an access policy`;
  return `input "eks-cluster": the cluster "${name}" does not know the AWS role of this job: ${next}`;
}
