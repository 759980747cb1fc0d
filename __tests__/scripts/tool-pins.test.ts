import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { confirmedDigest, type Fetch, pinsFile, withVersion } from '../../scripts/tool-pins.ts';
import type { Pins } from '../../src/process/install.ts';
import { DEFAULTS, PINS } from '../../src/process/pins.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const HELM = 'https://get.helm.sh/helm-v9.0.0-linux-amd64.tar.gz';
const KUBECTL = 'https://dl.k8s.io/release/v9.0.0/bin/linux/amd64/kubectl';

/** The official hosts with these files; every other is a 404. */
function hosts(files: Record<string, string>): Fetch {
  return async (url) => (files[url] === undefined ? undefined : Buffer.from(files[url]));
}

describe('a digest', () => {
  it('is what the download hashes to and what stands beside it', async () => {
    const helm = hosts({ [HELM]: 'h', [`${HELM}.sha256sum`]: `${digest('h')}  helm-v9.0.0-linux-amd64.tar.gz\n` });
    expect(await confirmedDigest('helm', '9.0.0', 'linux-amd64', helm)).toBe(digest('h'));
    const kubectl = hosts({ [KUBECTL]: 'k', [`${KUBECTL}.sha256`]: digest('k') });
    expect(await confirmedDigest('kubectl', '9.0.0', 'linux-amd64', kubectl)).toBe(digest('k'));
    expect(await confirmedDigest('kubectl', '9.0.0', 'darwin-arm64', kubectl)).toBeUndefined();
  });

  it.each([
    ['differs', { [HELM]: 'x', [`${HELM}.sha256sum`]: digest('h') }, `hashes to ${digest('x')}`],
    ['is none', { [HELM]: 'x', [`${HELM}.sha256sum`]: '<html>' }, 'says something else'],
    ['is missing', { [HELM]: 'x' }, 'one of them is missing'],
    ['stands alone', { [`${HELM}.sha256sum`]: digest('x') }, 'one of them is missing'],
  ])('that %s is refused', async (_, files, sentence) => {
    await expect(confirmedDigest('helm', '9.0.0', 'linux-amd64', hosts(files))).rejects.toThrow(sentence);
  });
});

describe('the table', () => {
  const published = hosts({ [HELM]: 'h', [`${HELM}.sha256sum`]: digest('h') });
  const empty: Pins = { helm: {}, kubectl: {} };

  it('gets the platforms that are published', async () => {
    expect(await withVersion(empty, 'helm', '9.0.0', published)).toEqual({
      helm: { '9.0.0': { 'linux-amd64': digest('h') } },
      kubectl: {},
    });
  });

  it('never changes a digest that it holds', async () => {
    const other: Pins = { helm: { '9.0.0': { 'linux-amd64': digest('other') } }, kubectl: {} };
    await expect(withVersion(other, 'helm', '9.0.0', published)).rejects.toThrow('find out why first');
    const gone: Pins = { helm: { '9.0.0': { 'darwin-arm64': digest('other') } }, kubectl: {} };
    await expect(withVersion(gone, 'helm', '9.0.0', published)).rejects.toThrow('and is gone: find out why first');
  });

  it('does not take a version that nobody published', async () => {
    await expect(withVersion(empty, 'helm', '9.0.1', published)).rejects.toThrow('not published for any platform');
  });

  it('is written as it stands in the sources', () => {
    expect(pinsFile(PINS, DEFAULTS)).toBe(readFileSync('src/process/pins.ts', 'utf8'));
  });

  it('is written newest first', () => {
    const text = pinsFile({ helm: { '3.9.0': {}, '4.1.0': {}, '3.10.0': {} }, kubectl: {} }, DEFAULTS);
    expect(text.match(/'\d+\.\d+\.\d+': \{/g)).toEqual(["'4.1.0': {", "'3.10.0': {", "'3.9.0': {"]);
  });
});
