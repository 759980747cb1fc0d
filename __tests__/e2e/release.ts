import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { type HelmName, theBed } from './step.ts';

/** A namespace of its own for one test, with helm and kubectl to look at it. */
export class Place {
  readonly namespace: string;
  readonly helm: HelmName;

  constructor(name: string, helm: HelmName) {
    this.helm = helm;
    this.namespace = `${name}-${helm}-${Math.random().toString(36).slice(2, 8)}`;
    this.kubectl('create', 'namespace', this.namespace);
  }

  kubectl(...args: string[]): string {
    const { bin, kubeconfig } = theBed();
    return execFileSync(path.join(bin, 'kubectl'), args, {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: kubeconfig },
    });
  }

  /** kubectl in this namespace. */
  k(...args: string[]): string {
    return this.kubectl('--namespace', this.namespace, ...args);
  }

  /** Helm in this namespace, as a person calls it. */
  h(...args: string[]): string {
    const { bin, kubeconfig } = theBed();
    const all = [...args, '--namespace', this.namespace];
    return execFileSync(path.join(bin, this.helm), all, {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: kubeconfig },
    });
  }

  /** Helm in this namespace, at work. */
  start(...args: string[]): ChildProcess {
    const { bin, kubeconfig } = theBed();
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return spawn(path.join(bin, this.helm), [...args, '--namespace', this.namespace], { env, stdio: 'ignore' });
  }

  history(release = 'web'): { revision: number; status: string; description: string }[] {
    return JSON.parse(this.h('history', release, '--output', 'json'));
  }

  /** The image of the first container of the release's Deployment. */
  liveImage(name = 'web'): string {
    return this.k('get', 'deployment', name, '--output', 'jsonpath={.spec.template.spec.containers[0].image}');
  }

  /** Ready replicas of a Deployment, of the newest revision alone. */
  ready(name = 'web'): string {
    return this.k(
      'get',
      'deployment',
      name,
      '--output',
      'jsonpath={.status.availableReplicas}/{.status.updatedReplicas}/{.spec.replicas}',
    );
  }

  remove(): void {
    this.kubectl('delete', 'namespace', this.namespace, '--wait=false');
  }
}

/** The inputs that deploy the test chart (charts/web) into a place; `set` lines choose what its pods do. */
export function webInputs(
  place: Place,
  set: readonly string[],
  inputs: Record<string, string> = {},
): Record<string, string> {
  return {
    release: 'web',
    chart: 'charts/web',
    namespace: place.namespace,
    timeout: '90s',
    set: set.join('\n'),
    ...inputs,
  };
}
