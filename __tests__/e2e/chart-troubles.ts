import { type ChartServer, PASSWORD, USERNAME } from './chart-server.ts';
import { type Place, webInputs } from './release.ts';

export type SourceKind = 'repository' | 'registry';

/** Inputs that a chart source refuses, and the sentence that says so. */
export interface Trouble {
  kind: SourceKind;
  /** On top of what is right; `chart` is the name alone. */
  given: Record<string, string>;
  sentence: string;
}

export const LOGIN = { 'repo-username': USERNAME, 'repo-password': PASSWORD };

export const TROUBLES: Trouble[] = [
  {
    kind: 'repository',
    given: { 'repo-password': 'wrong-horse' },
    sentence: 'refuses the user name and password: check "repo-username"',
  },
  {
    kind: 'repository',
    given: { 'chart-version': '9.9.9' },
    sentence: 'has no chart "web" 9.9.9: check "chart-version"',
  },
  {
    kind: 'repository',
    given: { 'chart-version': '9.9.9' },
    sentence: 'has no chart "web" 9.9.9: check "chart-version"',
  },
  { kind: 'repository', given: { 'chart-version': '>=1' }, sentence: 'has no chart "web" >=1: check "chart-version"' },
  { kind: 'repository', given: { chart: 'nope' }, sentence: 'has no chart "nope": check "chart" and the address' },
  { kind: 'repository', given: { repo: 'http://127.0.0.1:9' }, sentence: 'http://127.0.0.1:9 cannot be reached: ' },
  {
    kind: 'registry',
    given: { 'repo-password': 'wrong-horse' },
    sentence: 'refuses the user name and password: check "repo-username"',
  },
  {
    kind: 'registry',
    given: { 'repo-username': '', 'repo-password': '' },
    sentence: 'wants a user name and password: give "repo-username"',
  },
  {
    kind: 'registry',
    given: { 'chart-version': '9.9.9' },
    sentence: '9.9.9: check "chart-version", and that this version was published',
  },
  {
    kind: 'registry',
    given: { 'chart-version': '>9' },
    sentence: '>9: check "chart-version", and that this version was published',
  },
  { kind: 'registry', given: { chart: 'nope' }, sentence: 'nope": check "chart" and the address' },
];

/** Where the test chart stands, as inputs. */
export function sourceInputs(kind: SourceKind, server: ChartServer, chart = 'web'): Record<string, string> {
  return kind === 'repository'
    ? { repo: server.repository, chart }
    : { chart: `oci://${server.registry}/charts/${chart}` };
}

/** The inputs of a step that must be refused. */
export function troubleInputs({ kind, given }: Trouble, server: ChartServer): Record<string, string> {
  const { chart, ...others } = given;
  const nothing = { namespace: 'charts-untouched' } as Place;
  return webInputs(nothing, [], { ...LOGIN, ...sourceInputs(kind, server, chart), ...others });
}
