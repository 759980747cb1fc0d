import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { type HelmName, theBed } from './step.ts';

/** A namespace of its own for one test, with helm and kubectl to look at it. */
export class Place {
  readonly namespace: string;
  readonly helm: HelmName;
  readonly kubeconfig: string;

  /** `name`: what the namespace is called after, or a place whose namespace another Helm is to look at. */
  constructor(name: string | Place, helm: HelmName, kubeconfig = theBed().kubeconfig) {
    this.helm = helm;
    this.kubeconfig = kubeconfig;
    if (name instanceof Place) {
      this.namespace = name.namespace;
      return;
    }
    this.namespace = `${name}-${helm}-${Math.random().toString(36).slice(2, 8)}`;
    this.kubectl('create', 'namespace', this.namespace);
  }

  kubectl(...args: string[]): string {
    const { bin } = theBed();
    return execFileSync(path.join(bin, 'kubectl'), args, {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: this.kubeconfig },
    });
  }

  /** kubectl in this namespace. */
  k(...args: string[]): string {
    return this.kubectl('--namespace', this.namespace, ...args);
  }

  /** Helm in this namespace, as a person calls it. */
  h(...args: string[]): string {
    const { bin } = theBed();
    const all = [...args, '--namespace', this.namespace];
    return execFileSync(path.join(bin, this.helm), all, {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: this.kubeconfig },
    });
  }

  /** Helm in this namespace, at work. */
  start(...args: string[]): ChildProcess {
    const { bin } = theBed();
    const env = { ...process.env, KUBECONFIG: this.kubeconfig };
    return spawn(path.join(bin, this.helm), [...args, '--namespace', this.namespace], { env, stdio: 'ignore' });
  }

  history(release = 'web'): { revision: number; status: string; description: string }[] {
    return JSON.parse(this.h('history', release, '--output', 'json'));
  }

  /** The image of the first container of the release's workload. */
  liveImage(kind = 'Deployment'): string {
    return this.k('get', kind, 'web', '--output', 'jsonpath={.spec.template.spec.containers[0].image}');
  }

  /** available/updated/wanted pods of the release's workload, as its status counts them. */
  ready(kind = 'Deployment'): string {
    const fields =
      kind === 'DaemonSet'
        ? '{.status.numberAvailable}/{.status.updatedNumberScheduled}/{.status.desiredNumberScheduled}'
        : '{.status.availableReplicas}/{.status.updatedReplicas}/{.spec.replicas}';
    return this.k('get', kind, 'web', '--output', `jsonpath=${fields}`);
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
