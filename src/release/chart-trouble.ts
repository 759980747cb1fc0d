/** A chart that cannot be had; the message says from where, why, and what to do. */
export class ChartError extends Error {}

/** What was asked for, as far as a sentence needs it. */
export interface ChartRequest {
  /** The chart's name, or its whole `oci://` address. */
  chart: string;
  version: string | undefined;
  /** The repository's or registry's address, without a password. */
  source: string;
  hasPassword: boolean;
}

const REFUSED = /\b(401|403)\b|unauthorized|forbidden|access denied|basic credential not found/i;
const NO_CHART = /no chart name found|name unknown|NAME_UNKNOWN|repository name not known/i;
const NO_VERSION = /no chart version found|could not locate a version|FetchReference.*: not found|manifest unknown/is;
const UNREACHABLE =
  /connection refused|connection reset|no such host|i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout|no answer within|network is unreachable|certificate|server gave HTTP response/i;
const OUT_OF_SYNC = /lock file \((\S+)\) is out of sync/i;
const UNKNOWN_ALIAS = /no repository definition for|repository (\S+) not found/i;

/**
 * Helm's error text for a chart that could not be pulled, as one sentence of ours. The texts were seen with Helm 3.22 and
 * 4.3 (__tests__/release/chart-trouble.test.ts); one that is not known is passed on as Helm wrote it.
 */
export function chartTrouble(stderr: string, { chart, version, source, hasPassword }: ChartRequest): ChartError {
  const which = version === undefined ? `chart "${chart}"` : `chart "${chart}" ${version}`;
  if (REFUSED.test(stderr)) {
    return new ChartError(
      hasPassword
        ? `${source} refuses the user name and password: check "repo-username" and "repo-password"`
        : `${source} wants a user name and password: give "repo-username" and "repo-password"`,
    );
  }
  if (NO_CHART.test(stderr)) return new ChartError(`${source} has no chart "${chart}": check "chart" and the address`);
  if (NO_VERSION.test(stderr)) {
    const next = 'check "chart-version", and that this version was published';
    return new ChartError(`${source} has no ${which}: ${next}`);
  }
  if (UNREACHABLE.test(stderr)) {
    const why = said(stderr).replace(/^(looks like .*? cannot be reached|authenticating to "[^"]*"): /, '');
    return new ChartError(`${source} cannot be reached: ${why}. Check the address and the runner's network`);
  }
  return new ChartError(`${which} could not be had from ${source}: ${said(stderr)}`);
}

/** The same for the dependencies of a chart in the workspace. */
export function dependencyTrouble(stderr: string, chart: string): ChartError {
  const lock = OUT_OF_SYNC.exec(stderr)?.[1];
  if (lock) {
    const next = 'run "helm dependency update" on the chart and commit the lock file';
    return new ChartError(`the dependencies of "${chart}" and its ${lock} do not agree: ${next}`);
  }
  if (UNKNOWN_ALIAS.test(stderr)) {
    const next = 'write the address of the repository there, not a name of "helm repo add"';
    return new ChartError(`a dependency of "${chart}" comes from an unknown repository (${said(stderr)}): ${next}`);
  }
  if (REFUSED.test(stderr)) {
    const next = 'give "repo" (the address as Chart.yaml writes it), "repo-username" and "repo-password"';
    return new ChartError(`a dependency of "${chart}" needs a user name and password (${said(stderr)}): ${next}`);
  }
  return new ChartError(`the dependencies of "${chart}" could not be had: ${said(stderr)}`);
}

/** Helm's last error in one line. */
function said(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findIndex((line) => line.startsWith('Error: '));
  return lines
    .slice(error < 0 ? -1 : error)
    .join('; ')
    .replace(/^Error: /, '');
}
