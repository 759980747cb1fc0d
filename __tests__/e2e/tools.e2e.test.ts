import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { downloadWithin, LIMITS } from '../../src/process/download.ts';
import { installWith, type Pins } from '../../src/process/install.ts';
import { PINS } from '../../src/process/pins.ts';
import { platformOf } from '../../src/process/platform.ts';
import { runnerToolCache } from '../../src/process/tool-cache.ts';
import { type Mirror, startMirror, tarGz, whole } from '../process/mirror.ts';
import { Place, webInputs } from './release.ts';
import { Step, theBed } from './step.ts';

const platform = platformOf(process.platform, process.arch);
const cleanups: (() => void)[] = [];
let mirror: Mirror;
let archive: Buffer | undefined;
beforeEach(async () => {
  mirror = await startMirror();
});
afterEach(() => mirror.close());
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

/** The bed's real Helm 4, packed as the official host packs it. */
function realHelm(): Buffer {
  archive ??= tarGz(`${platform}/helm`, readFileSync(path.join(theBed().bin, 'helm4')));
  return archive;
}

const nothing = { namespace: 'tools-untouched' } as Place;

/** A step on a runner with a tool cache; `without` names the tools that its PATH does not hold. */
function step(
  inputs: Record<string, string>,
  without: string[],
  where = nothing,
  env: Record<string, string> = {},
): Step {
  const cache = mkdtempSync(path.join(tmpdir(), 'tool-cache-'));
  const options = {
    helm: 'helm4' as const,
    inputs: webInputs(where, [], { 'tool-mirror': mirror.url, ...inputs }),
    env: { RUNNER_TOOL_CACHE: cache, ...env } as Record<string, string>,
  };
  const made = new Step(options);
  for (const tool of without) rmSync(path.join(made.folder, 'bin', tool));
  // What the machine of the test has in /usr/bin does not count.
  if (without.length > 0) options.env.PATH ??= path.join(made.folder, 'bin');
  cleanups.push(() => made.remove());
  cleanups.push(() => rmSync(cache, { recursive: true, force: true }));
  return made;
}

function serve(version: string): string {
  const url = `/helm-v${version}-${platform}.tar.gz`;
  mirror.answers.set(url, whole(realHelm()));
  return url;
}

describe('helm and kubectl on a runner', () => {
  it('a real helm from a mirror runs once its digest is the pinned one', async () => {
    serve('4.3.1');
    const folder = mkdtempSync(path.join(tmpdir(), 'tools-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const digest = createHash('sha256').update(realHelm()).digest('hex');
    const pins: Pins = { helm: { '4.3.1': { [platform]: digest } }, kubectl: {} };
    const ports = { platform, mirror: mirror.url, folder, say: () => {}, warn: () => {} };
    const install = installWith({ ...ports, pins, download: downloadWithin(LIMITS), cache: runnerToolCache({}) });
    const bin = await install('helm', '4.3.1');
    expect(execFileSync(bin, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' })).toBe('v4.3.1');
  });

  it.each([
    ['none on the runner', {}, ['helm'], '4.3.0'],
    ['another version wanted', { 'helm-version': '3.22.0' }, [], '3.22.0'],
  ] as [
    string,
    Record<string, string>,
    string[],
    string,
  ][])('%s: what is not the pinned file is never run', async (_, inputs, without, version) => {
    const url = serve(version);
    const run = await step(inputs, without).main();
    expect(mirror.asked).toEqual([url]);
    expect(run.outputs.status).toBe('refused');
    expect(run.outputs.reason).toContain(`${mirror.url}${url} is not helm ${version}: SHA-256 `);
    expect(run.outputs.reason).toContain(
      `instead of ${PINS.helm[version]?.[platform]}. It was not unpacked and not run`,
    );
  });

  it('kubectl: the same, and a missing file says where it was looked for', async () => {
    const made = step({ 'kubectl-version': '1.37.1' }, []);
    const run = await made.main();
    const url = `/release/v1.37.1/bin/${platform.replace('-', '/')}/kubectl`;
    expect(run.outputs.reason).toContain(
      `kubectl 1.37.1 could not be downloaded from ${mirror.url}${url}: the server answered 404`,
    );
    mirror.answers.set(url, whole(Buffer.from('#!/bin/sh\ntouch /tmp/never\n')));
    expect((await step({}, ['kubectl']).main()).outputs.reason).toContain('is not kubectl 1.37.1: SHA-256');
  });

  it('a version that nobody pinned is refused before anything is asked', async () => {
    const run = await step({ 'helm-version': '4.9.9' }, []).main();
    expect(run.outputs.reason).toMatch(
      /^no SHA-256 of helm 4\.9\.9 for \S+ is known.*Known versions: 4\.3\.0, 4\.2\.4, 3\.22\.0;/,
    );
    expect(mirror.asked).toEqual([]);
  });

  it('the runner is taken at its word: its own version is used, nothing is downloaded, and the skew is said', async () => {
    const where = new Place('tools', 'helm4');
    cleanups.push(() => where.remove());
    const inputs = { 'helm-version': '4.3.1', 'kubectl-version': '1.32.0', command: 'diff', comment: 'never' };
    const run = await step(inputs, [], where).main();
    expect(run.outputs.status).toBe('changed');
    expect(run.log).toMatch(/^helm 4\.3\.1 \(\S+\/bin\/helm\)$/m);
    expect(run.log).not.toContain('which supports kubectl');
    expect(mirror.asked).toEqual([]);
  });

  it('a kubectl outside of what the server supports is used, with a warning', async () => {
    const where = new Place('skew', 'helm4');
    cleanups.push(() => where.remove());
    const made = step({ command: 'diff', comment: 'never' }, ['kubectl'], where);
    const file = path.join(made.folder, 'bin/kubectl');
    const real = path.join(theBed().bin, 'kubectl');
    const old = '{"clientVersion": {"gitVersion": "v1.29.4"}}';
    writeFileSync(file, `#!/bin/sh\n[ "$1" = version ] && echo '${old}' && exit\nexec '${real}' "$@"\n`);
    chmodSync(file, 0o755);
    const run = await made.main();
    expect(run.outputs.status).toBe('changed');
    expect(run.log).toContain(
      '::warning::kubectl 1.29.4 talks to Kubernetes 1.32, which supports kubectl 1.31 to 1.33: see "kubectl-version"',
    );
  });

  it('a helm of the checkout is not run through a relative entry of PATH', async () => {
    const made = step({}, ['helm'], nothing, { PATH: 'evil:.:' });
    const evil = path.join(made.folder, 'evil');
    mkdirSync(evil);
    const ran = path.join(made.folder, 'ran');
    for (const tool of ['helm', 'kubectl']) {
      writeFileSync(path.join(evil, tool), `#!/bin/sh\n: > '${ran}'\necho v4.3.0\n`);
      chmodSync(path.join(evil, tool), 0o755);
    }
    const run = await made.main();
    expect(run.outputs.reason).toContain('helm 4.3.0 could not be downloaded from');
    expect(existsSync(ran)).toBe(false);
    // The trap is one: through an absolute entry it is run.
    const trap = step({}, ['helm'], nothing, { PATH: evil });
    await trap.main();
    expect(existsSync(ran)).toBe(true);
  });
});
