import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const OWN_NAMESPACE = 'helm-rollout-demo';

/** A public image that runs as a user without rights, on amd64 and arm64. */
export const OWN_IMAGE = { repository: 'docker.io/nginxinc/nginx-unprivileged', tag: '1.29-alpine' };

const execute = promisify(execFile);

/** The reader's own cluster: their helm and kubectl, the context that they are in. */
export class OwnCluster {
  readonly context: string;
  /** A folder with links `helm` and `kubectl` to the reader's own. */
  readonly bin: string;
  /** A private copy with nothing but the chosen context. */
  readonly kubeconfig: string;
  readonly #folder: string;

  private constructor(folder: string, context: string) {
    this.#folder = folder;
    this.context = context;
    this.bin = path.join(folder, 'bin');
    this.kubeconfig = path.join(folder, 'kubeconfig');
  }

  /** Finds helm, kubectl and the current context. Throws with one sentence that says what is missing; changes nothing. */
  static async find(): Promise<OwnCluster> {
    const helm = await programOf('helm');
    const kubectl = await programOf('kubectl');
    const named = await execute(kubectl, ['config', 'current-context']).catch(() => undefined);
    const context = named?.stdout.trim();
    if (!context) throw new Error('kubectl has no current context: choose one with `kubectl config use-context`.');
    const { stdout: config } = await execute(kubectl, ['config', 'view', '--minify', '--flatten', '--raw']);
    const cluster = new OwnCluster(mkdtempSync(path.join(tmpdir(), 'own-cluster-')), context);
    mkdirSync(cluster.bin);
    for (const [name, program] of Object.entries({ helm3: helm, helm4: helm, kubectl })) {
      symlinkSync(program, path.join(cluster.bin, name));
    }
    writeFileSync(cluster.kubeconfig, config, { mode: 0o600 });
    return cluster;
  }

  /** Throws with kubectl's own words when it fails. */
  async kubectl(...args: string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: this.kubeconfig };
    const { stdout } = await execute(path.join(this.bin, 'kubectl'), [...args, '--request-timeout=20s'], { env });
    return stdout.trim();
  }

  /** True when the demo's namespace is there already, whoever made it. Throws when the cluster does not answer. */
  async isTaken(): Promise<boolean> {
    return (await this.kubectl('get', 'namespace', OWN_NAMESPACE, '--ignore-not-found', '--output=name')) !== '';
  }

  async create(): Promise<void> {
    await this.kubectl('create', 'namespace', OWN_NAMESPACE);
  }

  /** Deletes the namespace with all that is in it; only ever called for one that `create` made. */
  async remove(): Promise<void> {
    await this.kubectl('delete', 'namespace', OWN_NAMESPACE, '--wait=false');
  }

  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function programOf(name: string): Promise<string> {
  const found = await execute('/bin/sh', ['-c', 'command -v "$0"', name]).catch(() => undefined);
  const program = found?.stdout.trim();
  if (!program) throw new Error(`${name} is not on the PATH: --use-cluster works with your own helm and kubectl.`);
  return program;
}
