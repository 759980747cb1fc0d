import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionsFromWorkflow } from '../../testbed/github/permissions.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { fullReport } from '../report/redact-cases.ts';
import { assertLeft, violationsAt } from './left-behind.ts';

let github: GitHubStandIn;
beforeAll(async () => {
  github = await startGitHub();
  github.seedToken({ token: 'ghs_job', permissions: permissionsFromWorkflow('write-all') });
  github.seedPull({ owner: 'acme', repo: 'shop', number: 7 });
});
afterAll(() => github.close());

/** What every run of a step in the e2e tests goes through: here with one thing wrong each. */
describe('what a step leaves', () => {
  it('passes when it is as it should be, or when there is no report', () => {
    expect(() => assertLeft(fullReport(), [])).not.toThrow();
    expect(() => assertLeft(undefined, [])).not.toThrow();
  });

  it('is refused with a report that the schema does not describe', () => {
    expect(() => assertLeft({ ...fullReport(), extra: 1 }, [])).toThrow(/not as docs\/report\.schema\.json says/);
  });

  it('is refused with a request that GitHub does not describe, and only then', async () => {
    const headers = { authorization: 'Bearer ghs_job', 'user-agent': 'test' };
    const url = `${github.url}/repos/acme/shop/issues/7/comments`;
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ body: 'fine' }) });
    expect(() => assertLeft(undefined, [])).not.toThrow();
    expect(await violationsAt(github.url)).toEqual([]);
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ text: 'planted' }) });
    const violations = await violationsAt(github.url);
    expect(() => assertLeft(fullReport(), violations)).toThrow(/GitHub does not describe these requests:\nbody: POST/);
  });

  it('has no violations where no stand-in is', async () => {
    expect(await violationsAt(undefined)).toEqual([]);
    expect(await violationsAt('http://127.0.0.1:9')).toEqual([]);
  });
});
