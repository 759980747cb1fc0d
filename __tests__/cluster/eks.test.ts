import { describe, expect, it } from '@jest/globals';
import { eksKubeconfig, eksRefusal, eksTrouble } from '../../src/cluster/eks.ts';

const SHOP = { name: 'shop', region: 'eu-central-1' };
const ROLE = 'arn:aws:sts::111122223333:assumed-role/deployer/run';

// Texts of the AWS CLI, versions 1 and 2.
describe("the AWS CLI's words", () => {
  const table: [string, string][] = [
    [
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
      'no valid AWS credentials',
    ],
    [
      'aws: [ERROR]: An error occurred (NoCredentials): Unable to locate credentials. You can configure credentials by running "aws login".',
      'there are no valid AWS credentials in this job: add a step with aws-actions/configure-aws-credentials (and "id-token: write")',
    ],
    [
      'An error occurred (ExpiredTokenException) when calling the DescribeCluster operation: The security token included in the request is expired',
      'no valid AWS credentials',
    ],
    [
      'An error occurred (UnrecognizedClientException) when calling the DescribeCluster operation: The security token included in the request is invalid.',
      'no valid AWS credentials',
    ],
    [
      'You must specify a region. You can also configure your region by running "aws configure".',
      'no AWS region is set',
    ],
    [
      'An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: shop.',
      'there is no EKS cluster "shop" in eu-central-1 of this AWS account',
    ],
    [
      `An error occurred (AccessDeniedException) when calling the DescribeCluster operation: User: ${ROLE} is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:eu-central-1:111122223333:cluster/shop`,
      'the AWS role of this job may not read the cluster "shop": allow it eks:DescribeCluster',
    ],
    [
      'Could not connect to the endpoint URL: "https://eks.eu-nowhere-1.amazonaws.com/clusters/shop"',
      'AWS cannot be reached',
    ],
    ['Cluster status is CREATING', 'the cluster "shop" cannot be used: its status is CREATING'],
    ['the moon is full', 'aws eks update-kubeconfig failed for "shop" in eu-central-1: the moon is full'],
    ['', 'it did not say why'],
  ];
  it.each(table)('%s', (stderr, sentence) => {
    const said = eksTrouble(`\n${stderr}\n`, SHOP);
    expect(said).toContain(sentence);
    expect(said).toMatch(/^input "eks-cluster": /);
    expect(said).not.toContain('111122223333');
  });

  it.each([
    ['error: You must be logged in to the server (Unauthorized)', 'create-access-entry --cluster-name shop'],
    [
      'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
      'the cluster "shop" does not know the AWS role of this job: give the role an access entry',
    ],
    [
      'Unable to connect to the server: getting credentials: exec: executable aws failed with exit code 255',
      'aws eks get-token failed for "shop": check the AWS credentials of this job',
    ],
  ])('of the API server: %s', (stderr, sentence) => {
    expect(eksRefusal(stderr, SHOP)).toContain(sentence);
  });

  it('leaves everything else to the one who asked', () => {
    expect(eksRefusal('dial tcp 192.0.2.1:443: i/o timeout', SHOP)).toBeUndefined();
  });
});

it('says so when there is no AWS CLI', async () => {
  const run = () => Promise.reject(new Error('nothing is to be run'));
  await expect(eksKubeconfig(SHOP, '/nowhere', { aws: undefined, run })).rejects.toThrow(
    'input "eks-cluster": the AWS CLI (aws) was not found on PATH: use a runner that has it, or install it',
  );
});
