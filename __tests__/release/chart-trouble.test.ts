import { describe, expect, it } from '@jest/globals';
import { chartTrouble, dependencyTrouble } from '../../src/release/chart-trouble.ts';

const REPO = { chart: 'web', version: '9.9.9', source: 'https://charts.example.com', hasPassword: true };
const OCI = {
  chart: 'oci://r.example.com/shop/web',
  version: undefined,
  source: 'oci://r.example.com',
  hasPassword: true,
};

// Each text as Helm 3.22.0 or 4.3.1 wrote it, the address apart.
describe("Helm's words for a chart that did not come", () => {
  it.each([
    [
      'a wrong password for a repository',
      'Error: looks like "https://charts.example.com" is not a valid chart repository or cannot be reached: failed to fetch https://charts.example.com/index.yaml : 401 Unauthorized',
      REPO,
      'https://charts.example.com refuses the user name and password: check "repo-username" and "repo-password"',
    ],
    [
      'no password for a repository',
      'Error: looks like "https://charts.example.com" is not a valid chart repository or cannot be reached: failed to fetch https://charts.example.com/index.yaml : 401 Unauthorized',
      { ...REPO, hasPassword: false },
      'https://charts.example.com wants a user name and password: give "repo-username" and "repo-password"',
    ],
    [
      'a chart that the index does not hold',
      'Error: chart "web" matching 9.9.9 not found in source index. (try \'helm repo update\'): no chart name found',
      REPO,
      'https://charts.example.com has no chart "web": check "chart" and the address',
    ],
    [
      'a version that the index does not hold',
      'Error: chart "web" matching 9.9.9 not found in source index. (try \'helm repo update\'): no chart version found for web-9.9.9',
      REPO,
      'https://charts.example.com has no chart "web" 9.9.9: check "chart-version", and that this version was published',
    ],
    [
      'a repository that nobody answers for',
      'Error: looks like "https://charts.example.com" is not a valid chart repository or cannot be reached: Get "https://charts.example.com/index.yaml": dial tcp 192.0.2.1:443: connect: connection refused',
      REPO,
      'https://charts.example.com cannot be reached: Get "https://charts.example.com/index.yaml": dial tcp 192.0.2.1:443: connect: connection refused. Check the address and the runner\'s network',
    ],
    [
      'a wrong password for a registry',
      'Error: authenticating to "r.example.com": GET "https://r.example.com/v2/": response status code 401: unauthorized: authentication required',
      OCI,
      'oci://r.example.com refuses the user name and password: check "repo-username" and "repo-password"',
    ],
    [
      'no password for a registry',
      'Error: failed to perform "FetchReference" on source: GET "https://r.example.com/v2/charts/web/manifests/0.1.0": basic credential not found',
      { ...OCI, hasPassword: false },
      'oci://r.example.com wants a user name and password: give "repo-username" and "repo-password"',
    ],
    [
      'a version that the registry does not hold',
      'Error: failed to perform "FetchReference" on source: r.example.com/charts/web:9.9.9: not found',
      { ...OCI, version: '9.9.9' },
      'oci://r.example.com has no chart "oci://r.example.com/shop/web" 9.9.9: check "chart-version", and that this version was published',
    ],
    [
      'no version in a range (Helm 3)',
      'Error: Could not locate a version matching provided version string >9',
      { ...OCI, version: '>9' },
      'oci://r.example.com has no chart "oci://r.example.com/shop/web" >9: check "chart-version", and that this version was published',
    ],
    [
      'a chart that the registry does not hold',
      'Error: GET "https://r.example.com/v2/charts/nope/tags/list": response status code 404: name unknown: Unknown name',
      OCI,
      'oci://r.example.com has no chart "oci://r.example.com/shop/web": check "chart" and the address',
    ],
    [
      'something new',
      'level=WARN msg="x"\nError: the moon is full',
      REPO,
      'chart "web" 9.9.9 could not be had from https://charts.example.com: the moon is full',
    ],
  ])('%s', (_, stderr, request, sentence) => {
    expect(chartTrouble(stderr, request).message).toBe(sentence);
  });
});

describe("Helm's words for dependencies that did not come", () => {
  it.each([
    [
      'Error: the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
      'the dependencies of "charts/web" and its Chart.lock do not agree: run "helm dependency update" on the chart and commit the lock file',
    ],
    [
      "Error: no repository definition for @team. Please add the missing repos via 'helm repo add'",
      'a dependency of "charts/web" comes from an unknown repository',
    ],
    [
      'Error: could not download https://charts.example.com/redis-1.tgz: failed to fetch https://charts.example.com/redis-1.tgz : 401 Unauthorized',
      'a dependency of "charts/web" needs a user name and password',
    ],
    ['Error: the moon is full', 'the dependencies of "charts/web" could not be had: the moon is full'],
  ])('%s', (stderr, sentence) => {
    expect(dependencyTrouble(stderr, 'charts/web').message).toContain(sentence);
  });
});
