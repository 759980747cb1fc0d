// Stands in for the AWS CLI: the two EKS commands, refusing what the real one refuses, in its words. FAKE_AWS names a
// JSON file with what "AWS" holds: { cluster, region, account, role, server, ca, ttlSeconds, deniesDescribe, isUnknown }.
// https://github.com/aws/aws-cli/blob/v2/awscli/customizations/eks/update_kubeconfig.py and get_token.py
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const aws = JSON.parse(readFileSync(process.env.FAKE_AWS ?? '', 'utf8'));
const options = new Map();
const words = [];
for (const args = process.argv.slice(2); args.length > 0; ) {
  const word = args.shift() ?? '';
  if (word.startsWith('--')) options.set(word, args.shift() ?? '');
  else words.push(word);
}
const known = {
  'update-kubeconfig': ['--name', '--region', '--kubeconfig'],
  'get-token': ['--cluster-name', '--region', '--output'],
};
const [service, verb = ''] = words;

function fail(text, code) {
  process.stderr.write(`\n${text}\n`);
  process.exit(code);
}

if (service !== 'eks' || !(verb in known)) fail(`aws: [ERROR]: argument command: Found invalid choice '${verb}'`, 252);
for (const name of options.keys()) {
  if (!known[verb].includes(name)) fail(`aws: [ERROR]: Unknown options: ${name}`, 252);
}
const region = options.get('--region') ?? process.env.AWS_REGION;
if (!region) fail('aws: [ERROR]: An error occurred (NoRegion): You must specify a region.', 253);
const key = process.env.AWS_ACCESS_KEY_ID;
if (!key) {
  const how = 'You can configure credentials by running "aws login".';
  fail(`aws: [ERROR]: An error occurred (NoCredentials): Unable to locate credentials. ${how}`, 253);
}
const arn = `arn:aws:eks:${region}:${aws.account}:cluster/${options.get('--name')}`;

if (verb === 'update-kubeconfig') {
  const failed = (what) => fail(`aws: [ERROR]: An error occurred ${what}`, 254);
  const during = 'when calling the DescribeCluster operation:';
  if (key !== aws.key)
    failed(`(UnrecognizedClientException) ${during} The security token included in the request is invalid.`);
  if (aws.deniesDescribe) {
    failed(
      `(AccessDeniedException) ${during} User: ${aws.role} is not authorized to perform: eks:DescribeCluster on resource: ${arn}`,
    );
  }
  if (region !== aws.region || options.get('--name') !== aws.cluster) {
    failed(`(ResourceNotFoundException) ${during} No cluster found for name: ${options.get('--name')}.`);
  }
  const args = ['--region', region, 'eks', 'get-token', '--cluster-name', aws.cluster, '--output', 'json'];
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', args, command: 'aws' };
  const config = {
    apiVersion: 'v1',
    clusters: [{ cluster: { 'certificate-authority-data': aws.ca, server: aws.server }, name: arn }],
    contexts: [{ context: { cluster: arn, user: arn }, name: arn }],
    'current-context': arn,
    kind: 'Config',
    preferences: {},
    users: [{ name: arn, user: { exec } }],
  };
  writeFileSync(options.get('--kubeconfig'), JSON.stringify(config), { mode: 0o600 });
  process.stdout.write(`Added new context ${arn} to ${options.get('--kubeconfig')}\n`);
} else {
  if (process.env.AWS_ACCESS_KEY_ID !== aws.key) fail('aws: [ERROR]: An error occurred (InvalidClientTokenId)', 254);
  const caller = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0').slice(0, 3).join(' ');
  const issued = Date.now();
  // A token says when it was issued; the server in front of the API server keeps to its time.
  // A role without an access entry gets a token too; it is the server that does not know it.
  const token = `k8s-aws-v1.${aws.isUnknown ? 'unknown' : issued}`;
  appendFileSync(aws.calls, `${JSON.stringify({ caller, pid: process.ppid, issued })}\n`);
  const expirationTimestamp = new Date(issued + aws.ttlSeconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const credential = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    spec: {},
    status: { expirationTimestamp, token },
  };
  process.stdout.write(`${JSON.stringify(credential)}\n`);
}
