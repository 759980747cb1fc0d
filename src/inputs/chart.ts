import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from './input-error.ts';
import { inWorkspace, refuseLinksThatLeave } from './workspace.ts';

/** What decides how the input `chart` is read. */
export interface ChartPlace {
  workspace: string;
  /** The input `repo` names where the chart itself comes from. */
  isInRepository: boolean;
}

/**
 * The input `chart`: an absolute path in the workspace, an `oci://` address, or a chart's name in the repository.
 * Throws InputError when it is none of the three that the other inputs allow.
 */
export function chartReference(text: string, name: string, { workspace, isInRepository }: ChartPlace): string {
  if (text.startsWith('oci://')) return address(text, name, ['oci:']);
  if (isInRepository) return chartName(text, name);
  const chart = inWorkspace(
    text,
    name,
    workspace,
    `"${text}" does not exist in the workspace (is there a checkout step?)`,
  );
  if (!statSync(chart).isDirectory()) return chart;
  if (!existsSync(path.join(chart, 'Chart.yaml')))
    throw new InputError(name, `the folder "${text}" holds no Chart.yaml`);
  refuseLinksThatLeave(chart, text, name, workspace);
  return chart;
}

/** Helm allows more in a name, but nothing that could be read as a flag or a path. */
function chartName(text: string, name: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(text)) return text;
  throw new InputError(name, `"${text}" is no chart's name: with the input "repo" it is the name alone, such as web`);
}

/** The input `repo`: the address of a chart repository (https), or of a registry whose charts are dependencies (oci). */
export function repository(text: string, name: string): string | undefined {
  return text === '' ? undefined : address(text, name, ['https:', 'http:', 'oci:']);
}

/** An address of one of these schemes, without a password in it. Throws InputError that does not quote a password. */
export function address(text: string, name: string, schemes: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const known = schemes.map((scheme) => `${scheme}//`).join(', ');
  if (url && (url.username !== '' || url.password !== '')) {
    throw new InputError(name, 'holds a user name or password: they have inputs of their own');
  }
  if (!url || url.host === '' || !schemes.includes(url.protocol) || /\s/.test(text)) {
    throw new InputError(name, `"${text}" is no address that starts with ${known}`);
  }
  return text.replace(/\/+$/, '');
}

/** The input `chart-version`: one version or Helm's range syntax (https://github.com/Masterminds/semver). */
export function chartVersion(text: string, name: string): string | undefined {
  if (text === '') return undefined;
  if (/^[\w.*+~^<>=!|, -]+$/.test(text) && !text.startsWith('-')) return text;
  throw new InputError(name, `"${text}" is no version: write one such as 1.4.2, or a range such as ^1.4`);
}

/** True when the address leads to this machine itself: the only place where a password may travel without TLS. */
export function isLoopback(text: string): boolean {
  const { hostname } = new URL(text);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
