import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memberOf } from '../../src/process/archive.ts';
import { downloadWithin } from '../../src/process/download.ts';
import { type InstallPorts, installWith, type Pins } from '../../src/process/install.ts';
import { PINS } from '../../src/process/pins.ts';
import { runnerToolCache } from '../../src/process/tool-cache.ts';
import { ToolError } from '../../src/process/tool-error.ts';
import { half, type Mirror, stalled, startMirror, tarGz, whole } from './mirror.ts';

const PROGRAM = Buffer.from('#!/bin/sh\necho v4.3.0\n');
const ARCHIVE = tarGz('linux-amd64/helm', PROGRAM);
const URL_PATH = '/helm-v4.3.0-linux-amd64.tar.gz';

let root = '';
let mirror: Mirror;
let warnings: string[] = [];
const cached = (): string => path.join(root, 'cache/helm-rollout-helm/4.3.0', process.arch, 'download');

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'install-'));
  mirror = await startMirror();
  warnings = [];
  process.env.RUNNER_TOOL_CACHE = path.join(root, 'cache');
});
afterEach(async () => {
  await mirror.close();
  rmSync(root, { recursive: true, force: true });
  delete process.env.RUNNER_TOOL_CACHE;
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A run of its own, with its own private folder and the runner's cache. */
function installer(given: Partial<InstallPorts> = {}): { install: ReturnType<typeof installWith>; folder: string } {
  const folder = mkdtempSync(path.join(root, 'run-'));
  const pins: Pins = { helm: { '4.3.0': { 'linux-amd64': sha256(ARCHIVE) } }, kubectl: {} };
  const ports: InstallPorts = {
    pins,
    platform: 'linux-amd64',
    mirror: mirror.url,
    folder,
    download: downloadWithin({ ms: 5_000, bytes: 1_000_000 }),
    cache: runnerToolCache(process.env),
    say: () => {},
    warn: (text) => warnings.push(text),
    ...given,
  };
  return { install: installWith(ports), folder };
}

/** The refusal, after having seen that nothing was left that could run. */
async function refusal(given: Partial<InstallPorts> = {}, version = '4.3.0'): Promise<string> {
  const { install, folder } = installer(given);
  const error = await install('helm', version).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolError);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(cached())).toBe(false);
  return (error as Error).message;
}

describe('a tool from a mirror', () => {
  it('is downloaded once, verified, kept, and runs from a private file', async () => {
    mirror.answers.set(URL_PATH, whole(ARCHIVE));
    const first = installer();
    const bin = await first.install('helm', '4.3.0');
    expect(bin).toBe(path.join(first.folder, 'helm-4.3.0'));
    expect(readFileSync(bin)).toEqual(PROGRAM);
    expect(statSync(bin).mode & 0o777).toBe(0o700);
    expect(readdirSync(first.folder)).toEqual(['helm-4.3.0']);
    expect(readFileSync(cached())).toEqual(ARCHIVE);

    expect(readFileSync(await installer().install('helm', '4.3.0'))).toEqual(PROGRAM);
    expect(mirror.asked).toEqual([URL_PATH]);
    expect(warnings).toEqual([]);
  });

  it('works on a runner without a tool cache', async () => {
    mirror.answers.set(URL_PATH, whole(ARCHIVE));
    const { install } = installer({ cache: runnerToolCache({}) });
    expect(readFileSync(await install('helm', '4.3.0'))).toEqual(PROGRAM);
    expect(existsSync(cached())).toBe(false);
  });

  it('kubectl comes as it is, from the path of the official host', async () => {
    mirror.answers.set('/release/v1.32.0/bin/linux/arm64/kubectl', whole(PROGRAM));
    const pins: Pins = { helm: {}, kubectl: { '1.32.0': { 'linux-arm64': sha256(PROGRAM) } } };
    const { install } = installer({ pins, platform: 'linux-arm64' });
    expect(readFileSync(await install('kubectl', '1.32.0'))).toEqual(PROGRAM);
  });
});

describe('what is refused, and never run', () => {
  it('a wrong digest', async () => {
    const other = tarGz('linux-amd64/helm', Buffer.from('#!/bin/sh\nevil\n'));
    mirror.answers.set(URL_PATH, whole(other));
    expect(await refusal()).toBe(
      `${mirror.url}${URL_PATH} is not helm 4.3.0: SHA-256 ${sha256(other)} instead of ${sha256(ARCHIVE)}. ` +
        'It was not unpacked and not run',
    );
  });

  it('half a download', async () => {
    mirror.answers.set(URL_PATH, half(ARCHIVE));
    expect(await refusal()).toMatch(/^helm 4\.3\.0 could not be downloaded from .*: aborted\. Try again/);
  });

  it('half a download of unsaid length', async () => {
    mirror.answers.set(URL_PATH, (response) => void response.end(ARCHIVE.subarray(0, 100)));
    expect(await refusal()).toContain('is not helm 4.3.0: SHA-256');
  });

  it('404', async () => {
    expect(await refusal()).toContain(
      `${mirror.url}${URL_PATH}: the server answered 404. Try again, install it in a step`,
    );
  });

  it('a server that never ends', async () => {
    mirror.answers.set(URL_PATH, stalled);
    const download = downloadWithin({ ms: 200, bytes: 1_000_000 });
    expect(await refusal({ download })).toContain('did not arrive within 0.2 s');
  });

  it('a server that never answers', async () => {
    mirror.answers.set(URL_PATH, () => {});
    const download = downloadWithin({ ms: 200, bytes: 1_000_000 });
    expect(await refusal({ download })).toMatch(/did not arrive within 0\.2 s|timeout/i);
  });

  it('a file without end', async () => {
    mirror.answers.set(URL_PATH, whole(Buffer.alloc(2_000_000)));
    expect(await refusal()).toContain('is larger than 1000000 bytes');
  });

  it('nobody there', async () => {
    expect(await refusal({ mirror: 'http://127.0.0.1:9' })).toContain('ECONNREFUSED');
  });

  it('a version and a platform without a digest, whose known versions are named', async () => {
    mirror.answers.set('/helm-v4.9.9-linux-amd64.tar.gz', whole(ARCHIVE));
    expect(await refusal({}, '4.9.9')).toContain('no SHA-256 of helm 4.9.9 for linux-amd64 is known');
    const { install } = installer({ pins: PINS, platform: 'darwin-amd64' });
    await expect(install('kubectl', '1.36.4')).rejects.toThrow(
      'no SHA-256 of kubectl 1.36.4 for darwin-amd64 is known, so it is not installed. Known versions: 1.37.1, 1.32.0;',
    );
    expect(mirror.asked).toEqual([]);
  });
});

describe('a poisoned tool cache', () => {
  const EVIL = tarGz('linux-amd64/helm', Buffer.from('#!/bin/sh\nevil\n'));
  const poison = (bytes: Buffer): void => {
    mkdirSync(path.dirname(cached()), { recursive: true });
    writeFileSync(cached(), bytes);
    writeFileSync(`${path.dirname(cached())}.complete`, '');
  };

  it.each([
    ['another archive', EVIL],
    ['half an archive', ARCHIVE.subarray(0, 100)],
    ['nothing', Buffer.alloc(0)],
  ])('(%s) is thrown away, said, and downloaded anew', async (_, bytes) => {
    poison(bytes);
    mirror.answers.set(URL_PATH, whole(ARCHIVE));
    expect(readFileSync(await installer().install('helm', '4.3.0'))).toEqual(PROGRAM);
    expect(warnings).toEqual([
      "helm 4.3.0 in the runner's tool cache is not what was pinned: removed, and downloaded anew",
    ]);
    expect(readFileSync(cached())).toEqual(ARCHIVE);
  });

  it('is not used when the download fails either', async () => {
    poison(EVIL);
    expect(await refusal()).toContain('the server answered 404');
  });
});

describe('an archive', () => {
  it('gives out a member of its own, whatever stands before it', async () => {
    expect(await memberOf(ARCHIVE, 'linux-amd64/helm')).toEqual(PROGRAM);
    await expect(memberOf(ARCHIVE, 'linux-arm64/helm')).rejects.toThrow('the archive holds no file linux-arm64/helm');
    await expect(memberOf(PROGRAM, 'linux-amd64/helm')).rejects.toThrow('incorrect header check');
  });
});
