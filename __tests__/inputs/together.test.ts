import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Inputs } from '../../src/inputs/inputs.ts';
import { parseInputs } from '../../src/inputs/parse.ts';

let root = '';
let workspace = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'together-'));
  workspace = path.join(root, 'shop');
  mkdirSync(path.join(workspace, 'charts/web/templates'), { recursive: true });
  mkdirSync(path.join(root, 'private'));
  for (const file of ['charts/web/Chart.yaml', 'charts/web-1.0.0.tgz', 'values.yaml']) {
    writeFileSync(path.join(workspace, file), '');
  }
  for (const file of ['private/Chart.yaml', 'private/secret.yaml']) writeFileSync(path.join(root, file), '');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function parsed(given: Record<string, string>): Inputs {
  const all: Record<string, string> = { release: 'web', chart: 'charts/web', ...given };
  return parseInputs((name) => all[name] ?? '', workspace);
}

const REPO = { repo: 'https://charts.example.com', chart: 'web' };
const LOGIN = { 'repo-username': 'u', 'repo-password': 'p' };

describe('inputs that are wrong together', () => {
  it.each([
    [{ chart: 'oci://r.example.com/web', repo: 'https://charts.example.com' }, 'input "repo": an oci:// chart holds'],
    [{ chart: 'oci://r.example.com/web', 'dependency-update': 'true' }, 'input "dependency-update": a packaged chart'],
    [{ chart: 'charts/web-1.0.0.tgz', 'dependency-update': 'true' }, 'input "dependency-update": a packaged chart'],
    [
      { chart: 'web', repo: 'oci://r.example.com' },
      'input "repo": is for https://: an OCI chart is written in "chart"',
    ],
    [{ 'chart-version': '1.0.0' }, 'input "chart-version": "1.0.0" is for pulled charts'],
    [{ ...REPO, chart: '../web' }, 'input "chart": "../web" is no chart\'s name'],
    [{ ...REPO, chart: '--devel' }, 'input "chart": "--devel" is no chart\'s name'],
    [{ ...REPO, 'repo-username': 'u' }, 'input "repo-password": is missing'],
    [{ ...REPO, 'repo-password': 'p' }, 'input "repo-username": is missing'],
    [LOGIN, 'input "repo-username": there is no place to use it'],
    [{ ...REPO, ...LOGIN, repo: 'http://charts.example.com' }, 'would get the password without encryption'],
    [{ 'aws-region': 'eu-central-1' }, 'input "aws-region": "eu-central-1" has no use without "eks-cluster"'],
    [{ 'eks-cluster': 'a', kubeconfig: 'x' }, 'input "eks-cluster": brings its own kubeconfig: leave "kubeconfig" out'],
    [
      { 'eks-cluster': 'a', 'kube-context': 'x' },
      'input "eks-cluster": brings its own kubeconfig: leave "kube-context" out',
    ],
  ] as [Record<string, string>, string][])('%j', (given, sentence) => {
    expect(() => parsed(given)).toThrow(sentence);
  });

  it('are right when each has what it needs', () => {
    expect(parsed({ ...REPO, ...LOGIN, 'chart-version': '^1' }).chart).toBe('web');
    expect(parsed({ ...LOGIN, chart: 'oci://r.example.com/a/web', 'chart-version': '1.0.0' }).chart).toMatch(/^oci:/);
    expect(parsed({ ...LOGIN, repo: 'oci://r.example.com', 'dependency-update': 'true' }).chart).toMatch(/charts.web$/);
    expect(parsed({ ...REPO, ...LOGIN, repo: 'http://127.0.0.1:8080' }).repo).toBe('http://127.0.0.1:8080');
    expect(parsed({ ...REPO, repo: 'http://charts.example.com' }).repo).toBe('http://charts.example.com');
  });
});

describe('symbolic links', () => {
  const link = (target: string, at: string): (() => void) => {
    const file = path.join(workspace, at);
    symlinkSync(target, file);
    return () => rmSync(file);
  };

  it.each([
    ['a chart', '../../private', 'charts/link', { chart: 'charts/link' }, 'input "chart": "charts/link" leads out'],
    [
      'values',
      '../private/secret.yaml',
      'v.yaml',
      { 'value-files': 'v.yaml' },
      'input "value-files": "v.yaml" leads out',
    ],
    [
      'a file in a chart',
      '../../../../private/secret.yaml',
      'charts/web/templates/x.yaml',
      {},
      '"charts/web" holds the symbolic link "templates/x.yaml", which leads out of the workspace: Helm would follow it',
    ],
    [
      'a folder in a chart',
      '../../../private',
      'charts/web/files',
      {},
      'holds the symbolic link "files", which leads out',
    ],
    [
      'the lock file',
      '/etc/hosts',
      'charts/web/Chart.lock',
      {},
      'holds the symbolic link "Chart.lock", which leads out',
    ],
    ['nothing', 'gone', 'charts/web/x', {}, 'holds the symbolic link "x", which points to nothing'],
  ] as [
    string,
    string,
    string,
    Record<string, string>,
    string,
  ][])('to %s outside is refused', (_, to, at, given, says) => {
    expect(parsed({}).chart).toBe(path.join(workspace, 'charts/web'));
    const remove = link(to, at);
    try {
      expect(() => parsed(given)).toThrow(says);
    } finally {
      remove();
    }
  });

  it('inside the workspace are followed, also in a circle', () => {
    const removals = [link('../../values.yaml', 'charts/web/v.yaml'), link('..', 'charts/web/circle')];
    try {
      expect(parsed({}).chart).toBe(path.join(workspace, 'charts/web'));
    } finally {
      for (const remove of removals) remove();
    }
  });

  it('behind a link inside the workspace are looked at too', () => {
    mkdirSync(path.join(workspace, 'shared'));
    const removals = [link('../../private', 'shared/deep'), link('../../shared', 'charts/web/shared')];
    try {
      expect(() => parsed({})).toThrow('holds the symbolic link "shared/deep", which leads out');
    } finally {
      for (const remove of removals) remove();
    }
  });

  it('of the workspace itself do no harm', () => {
    const elsewhere = path.join(root, 'by-link');
    symlinkSync(workspace, elsewhere);
    const found = parseInputs((name) => (name === 'release' ? 'web' : name === 'chart' ? 'charts/web' : ''), elsewhere);
    expect(found.chart).toBe(path.join(elsewhere, 'charts/web'));
    rmSync(elsewhere);
  });
});
