import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HelmName } from '../__tests__/e2e/step.ts';
import type { Bed } from '../testbed/bed.ts';

export const RELEASE = 'interface';
export const NAMESPACE = 'pearl';
export const WORKLOAD = 'interface-pearl';
export const CHART = 'examples/pearl/charts/service';
export const OBSERVED = 'examples/pearl/interface/observed.yaml';
export const PRODUCTION = 'examples/pearl/interface/production.yaml';
export const REPOSITORY = 'registry.example.com/pearl/interface';

/** What runs, as the API server says it. */
export interface Live {
  image: string;
  /** Available, up to date and wanted: `3/3/3` is three healthy pods of the newest revision. */
  pods: string;
  nodes: number;
  autoscaler: string;
}

/** One revision as `helm history` has it. */
export interface Revision {
  revision: number;
  status: string;
  description: string;
}

const execute = promisify(execFile);

/** Pearl's system `interface` on the bed, looked at and touched the way a person does: with helm and kubectl. */
export class Interface {
  readonly #bed: Bed;
  readonly #helm: HelmName;
  readonly #root: string;
  readonly #stopped: AbortSignal;

  constructor(bed: Bed, helm: HelmName, root: string, stopped: AbortSignal) {
    this.#bed = bed;
    this.#helm = helm;
    this.#root = root;
    this.#stopped = stopped;
  }

  /** Throws with the program's own words when it fails. */
  async helm(...args: string[]): Promise<string> {
    return this.#run(this.#helm, args);
  }

  async kubectl(...args: string[]): Promise<string> {
    return this.#run('kubectl', args);
  }

  /** Helm's own install. `file`: its values; as it was found, with one replica and no autoscaler, unless given. */
  async install(file = OBSERVED): Promise<string> {
    const values = ['--namespace', NAMESPACE, '--create-namespace', '--values', file];
    return this.helm('install', RELEASE, CHART, ...values, '--wait', '--timeout', '60s');
  }

  /** An image put in place by hand, past Helm. */
  async hotFix(image: string): Promise<string> {
    const args = [`deployment/${WORKLOAD}`, `${RELEASE}=${image}`, '--namespace', NAMESPACE];
    return this.kubectl('set', 'image', ...args);
  }

  async live(): Promise<Live> {
    const [image, pods, nodes, autoscaler] = await Promise.all([
      this.#read('deployment', '{.spec.template.spec.containers[0].image}'),
      this.#read('deployment', '{.status.availableReplicas}/{.status.updatedReplicas}/{.spec.replicas}'),
      this.#inNamespace('get', 'pods', '--output=jsonpath={.items[*].spec.nodeName}'),
      this.#read('horizontalpodautoscaler', '{.spec.minReplicas} to {.spec.maxReplicas}'),
    ]);
    return { image, pods, nodes: new Set(nodes.split(' ')).size, autoscaler: autoscaler || 'none' };
  }

  /** Waits until exactly `count` healthy pods of the newest revision run and no other; resolves with what runs then. */
  async settled(count: number, seconds: number): Promise<Live> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const live = await this.live();
      const all = await this.#inNamespace('get', 'pods', '--output=name');
      const there = all.split('\n').filter(Boolean).length;
      if ((live.pods === Array(3).fill(count).join('/') && there === count) || Date.now() > deadline) return live;
      await sleep(200);
    }
  }

  /** The image that Helm's newest manifest names. */
  async imageInRelease(): Promise<string> {
    const manifest = await this.helm('get', 'manifest', RELEASE, '--namespace', NAMESPACE);
    return /image: "?([^"\s]+)"?/.exec(manifest)?.[1] ?? '';
  }

  async history(): Promise<Revision[]> {
    return JSON.parse(await this.helm('history', RELEASE, '--namespace', NAMESPACE, '--output', 'json'));
  }

  async #read(kind: string, jsonpath: string): Promise<string> {
    return this.#inNamespace('get', kind, WORKLOAD, '--ignore-not-found', `--output=jsonpath=${jsonpath}`);
  }

  async #inNamespace(...args: string[]): Promise<string> {
    return this.kubectl('--namespace', NAMESPACE, ...args);
  }

  async #run(program: string, args: string[]): Promise<string> {
    const { bin, kubeconfig } = this.#bed;
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const { stdout } = await execute(path.join(bin, program), args, { cwd: this.#root, env, signal: this.#stopped });
    return stdout;
  }
}
