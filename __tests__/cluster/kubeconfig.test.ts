import { describe, expect, it } from '@jest/globals';
import { decodeKubeconfig, identifyCluster, KubeconfigError, kubeconfigSecrets } from '../../src/cluster/kubeconfig.ts';
import type { Run } from '../../src/process/run.ts';

const FILE = `apiVersion: v1
clusters:
- name: c
  cluster: { server: "https://k:6443", certificate-authority-data: Q0E= }
contexts:
- name: prod
  context: { cluster: c, user: u }
- name: test
  context: { cluster: other, user: u }
current-context: prod
users:
- name: u
  user: { token: tok-en-1, password: pass-word-1, client-key-data: S0VZ, client-certificate-data: Q0VSVA== }
- name: v
  user: { token: tok-en-2, username: ada }
- name: w
  user:
`;
const NEITHER = 'input "kubeconfig" is neither a kubeconfig (YAML with clusters) nor one in base64';

describe('the input kubeconfig', () => {
  it('is taken as it is', () => expect(decodeKubeconfig(`\n${FILE}\n`)).toBe(FILE.trim()));

  it('is taken in base64, in one line or in many', () => {
    const base64 = Buffer.from(FILE).toString('base64');
    expect(decodeKubeconfig(base64)).toBe(FILE);
    expect(decodeKubeconfig(base64.replace(/(.{76})/g, '$1\n'))).toBe(FILE);
  });

  it.each([
    ['no clusters', 'apiVersion: v1\nusers: []'],
    ['empty clusters', 'clusters: []'],
    ['a path', '~/.kube/config'],
    ['a word', 'hunter22'],
    ['broken YAML', 'clusters: [\nhunter22'],
    ['base64 of something else', Buffer.from('hunter22: 1').toString('base64')],
  ])('is refused when it is %s, without a word of its content', (_, text) => {
    expect(() => decodeKubeconfig(text)).toThrow(KubeconfigError);
    expect(() => decodeKubeconfig(text)).toThrow(new RegExp(`^${NEITHER.replace(/[()]/g, '\\$&')}$`));
  });
});

describe('the secrets of a kubeconfig', () => {
  it('are tokens, passwords and keys; names and certificates are none', () => {
    expect(kubeconfigSecrets(FILE)).toEqual(['tok-en-1', 'pass-word-1', 'S0VZ', 'tok-en-2']);
  });
  it.each(['', 'no: users', 'users:', '{broken', 'users: [{name: x}]'])('of %j are none', (text) => {
    expect(kubeconfigSecrets(text)).toEqual([]);
  });
});

describe('the cluster', () => {
  const view =
    (text: string): Run =>
    (_bin, args) =>
      Promise.resolve({ code: args.includes('--raw') ? 0 : 1, stdout: text, stderr: '' });
  const identify = (access: { kubeconfig?: string; kubeContext?: string } = {}, text = FILE) =>
    identifyCluster('kubectl', access, view(text));

  it('is named by a hash of server and CA, not by its address', async () => {
    const found = await identify();
    expect(found).toEqual({
      server: 'https://k:6443',
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      salt: expect.stringMatching(/^[0-9a-f]{52}$/),
      context: 'prod',
    });
    expect(found.salt).not.toContain(found.id);
    expect((await identify({}, FILE.replace('Q0E=', 'Q0Eh'))).id).not.toBe(found.id);
    expect((await identify({}, FILE.replace('k:6443', 'l:6443'))).id).not.toBe(found.id);
    expect((await identify({ kubeContext: 'prod' })).id).toBe(found.id);
  });

  it('is not guessed: an unknown context lists the known ones, none at all says what to do', async () => {
    await expect(identify({ kubeContext: 'stage' })).rejects.toThrow(
      'input "kube-context": there is no context "stage"; known contexts: prod, test',
    );
    await expect(identify({ kubeContext: 'x' }, '{}')).rejects.toThrow('the kubeconfig has no contexts');
    await expect(identify({}, '{}')).rejects.toThrow('no cluster is configured: give the input "kubeconfig"');
    await expect(identify({ kubeContext: 'test' })).rejects.toThrow(KubeconfigError);
  });
});
