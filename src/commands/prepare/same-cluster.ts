import { HELM_ONLY } from '../../process/run.ts';

/**
 * Throws when the job's environment would lead Helm to another cluster or user than kubectl: what one changes the other would not
 * see. `context`: the input `kube-context`; naming the same in both is no contradiction.
 */
export function checkSameCluster(env: NodeJS.ProcessEnv, context: string | undefined): void {
  const names = Object.keys(env).filter((name) => HELM_ONLY.test(name) && env[name] !== '');
  const misleading = names.filter((name) => name !== 'HELM_KUBECONTEXT' || env[name] !== context);
  if (misleading.length === 0) return;
  const many = misleading.length > 1;
  throw new Error(
    `the environment variable${many ? 's' : ''} ${misleading.toSorted().join(', ')} would lead helm to another cluster or user than kubectl: ` +
      `unset ${many ? 'them' : 'it'}, and say where to deploy with the inputs kubeconfig and kube-context`,
  );
}
