import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ROOT, Step, type StepResult } from '../__tests__/e2e/step.ts';
import { duration } from '../src/report/markdown.ts';
import { lineByLine } from './job.ts';
import { OWN_IMAGE, OWN_NAMESPACE, OwnCluster } from './own-cluster.ts';
import type { Terminal } from './terminal.ts';
import { asTold } from './told.ts';

const RELEASE = 'demo';

const VALUES = `image:
  repository: ${OWN_IMAGE.repository}
replicaCount: 2
service: { containerPort: 8080 }
readinessProbe: { httpGet: { path: /, port: http } }
resources: { requests: { cpu: 10m, memory: 16Mi } }
podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
`;

/** The demo in the reader's own cluster, in a namespace of its own: a healthy deploy, then an image that does not exist. */
export async function useCluster(
  terminal: Terminal,
  { yes, out, stopped }: { yes: boolean; out: string; stopped: AbortSignal },
): Promise<void> {
  const cluster = await OwnCluster.find();
  try {
    terminal.title('Helm Rollout, the demo in your cluster');
    terminal.facts('What will be done:', [
      ['context', cluster.context],
      ['namespace', `${OWN_NAMESPACE}, made now and deleted at the end`],
      ['in it', `the release ${RELEASE}: 2 pods of ${OWN_IMAGE.repository}, 10m CPU and 16 Mi of memory each`],
    ]);
    if (await cluster.isTaken()) {
      const remove = `kubectl delete namespace ${OWN_NAMESPACE}`;
      throw new Error(`The namespace ${OWN_NAMESPACE} exists already and is left alone. When it is yours: ${remove}`);
    }
    if (!yes && !(await agreed(cluster.context))) throw new Error('Nothing was changed.');
    stopped.throwIfAborted();
    await cluster.create();
    try {
      await play(cluster, terminal, out, stopped);
    } finally {
      await cluster.remove();
      terminal.prose(`The namespace ${OWN_NAMESPACE} is being deleted.`);
    }
  } finally {
    cluster.forget();
  }
}

async function agreed(context: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error('Nobody is there to ask whether your cluster may be used: --yes says so in advance.');
  }
  const asked = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asked.question(`  Use the context ${context}? [y/N] `);
  asked.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function play(cluster: OwnCluster, terminal: Terminal, out: string, stopped: AbortSignal): Promise<void> {
  const deploy = async (tag: string): Promise<StepResult> => {
    const step = stepOf(cluster, tag);
    try {
      const main = step.startMain();
      stopped.addEventListener('abort', () => main.child.kill('SIGINT'));
      main.child.stdout?.on(
        'data',
        lineByLine((line) => terminal.log(line)),
      );
      const result = await main.ended;
      await step.post();
      stopped.throwIfAborted();
      writeFileSync(path.join(out, `${tag}.summary.md`), result.summary);
      return result;
    } finally {
      step.remove();
    }
  };
  terminal.chapter('1  A deploy that works');
  const good = await deploy(OWN_IMAGE.tag);
  asTold('after the healthy deploy', 'the output status', good.outputs.status, 'deployed');
  terminal.verdict(true, `deployed after ${duration(good.report?.tookMs ?? 0)}`);

  terminal.chapter('2  A deploy that cannot work: the image does not exist');
  const bad = await deploy('missing');
  asTold('after the failed deploy', 'the output status', bad.outputs.status, 'rolled-back');
  const live = await cluster.kubectl(
    ...['get', 'deployment', `${RELEASE}-app`, '--namespace', OWN_NAMESPACE],
    '--output=jsonpath={.spec.template.spec.containers[0].image}',
  );
  asTold('after the failed deploy', 'the live image', live, `${OWN_IMAGE.repository}:${OWN_IMAGE.tag}`);
  terminal.verdict(true, `${bad.outputs.reason}; rolled back and verified after ${duration(bad.report?.tookMs ?? 0)}`);
}

function stepOf({ bin, kubeconfig }: OwnCluster, tag: string): Step {
  // The step of the e2e tests takes its bed from here.
  process.env.HELM_ROLLOUT_BED = JSON.stringify({ bin, kubeconfig });
  return new Step({
    helm: 'helm3',
    inputs: {
      release: RELEASE,
      namespace: OWN_NAMESPACE,
      chart: 'examples/pearl/charts/service',
      values: `${VALUES}nameSuffix: app\n`,
      'set-string': `image.tag=${tag}`,
      timeout: '3m',
      comment: 'never',
    },
    // What a kubeconfig starts to log in (aws, gcloud) is found where the reader's own kubectl finds it.
    env: { GITHUB_WORKSPACE: ROOT, PATH: `${path.dirname(kubeconfig)}/bin:${process.env.PATH}` },
  });
}
