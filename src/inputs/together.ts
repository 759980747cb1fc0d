import { isLoopback } from './chart.ts';
import { InputError } from './input-error.ts';
import type { Inputs } from './inputs.ts';

/** Throws InputError for inputs that are right one by one and wrong together. */
export function checkTogether(inputs: Inputs): void {
  checkChart(inputs);
  checkCredentials(inputs);
  checkEks(inputs);
  checkUninstall(inputs);
}

function checkChart(inputs: Inputs): void {
  const { chart, repo } = inputs;
  const isOci = chart.startsWith('oci://');
  const builds = inputs['dependency-update'];
  if (isOci && repo !== undefined)
    throw new InputError('repo', 'an oci:// chart holds its whole address: leave this out');
  if (builds && (isOci || chart.endsWith('.tgz'))) {
    throw new InputError('dependency-update', 'a packaged chart carries its dependencies: this is for a folder');
  }
  if (!builds && repo?.startsWith('oci://')) {
    throw new InputError('repo', 'is for https://: an OCI chart is written in "chart", as oci://host/path/name');
  }
  const version = inputs['chart-version'];
  if (version !== undefined && !isOci && (repo === undefined || builds)) {
    throw new InputError(
      'chart-version',
      `"${version}" is for pulled charts: a chart in the workspace has its own version`,
    );
  }
}

function checkCredentials(inputs: Inputs): void {
  const { chart, repo } = inputs;
  const username = inputs['repo-username'];
  const password = inputs['repo-password'];
  if (username === undefined && password === undefined) return;
  if (username === undefined) throw new InputError('repo-username', 'is missing: "repo-password" was given');
  if (password === undefined) throw new InputError('repo-password', 'is missing: "repo-username" was given');
  const place = repo ?? (chart.startsWith('oci://') ? chart : undefined);
  if (place === undefined) {
    throw new InputError(
      'repo-username',
      'there is no place to use it: "repo" is empty and the chart is in the workspace',
    );
  }
  if (place.startsWith('http://') && !isLoopback(place)) {
    throw new InputError('repo', `"${place}" would get the password without encryption: use https://`);
  }
}

function checkEks(inputs: Inputs): void {
  const region = inputs['aws-region'];
  if (inputs['eks-cluster'] === undefined) {
    if (region !== undefined) throw new InputError('aws-region', `"${region}" has no use without "eks-cluster"`);
    return;
  }
  for (const other of ['kubeconfig', 'kube-context'] as const) {
    if (inputs[other] !== undefined) {
      throw new InputError('eks-cluster', `brings its own kubeconfig: leave "${other}" out`);
    }
  }
}

/** An uninstall deletes: who asks for it repeats the release's name. */
function checkUninstall({ command, release, confirm, 'dry-run': dryRun }: Inputs): void {
  if (command !== 'uninstall' || dryRun || confirm === release) return;
  const given = confirm === undefined ? 'is empty' : `"${confirm}" is not the release's name`;
  throw new InputError('confirm', `${given}: to delete the release, repeat its name here (${release})`);
}
