import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ROOT } from '../__tests__/e2e/step.ts';
import { duration } from '../src/report/markdown.ts';
import { type Bed, down, up } from '../testbed/bed.ts';
import { cachedPath } from '../testbed/build.ts';
import { parts } from '../testbed/parts.ts';
import { failingDeploy, healthyDeploy } from './deploys.ts';
import { Interface } from './interface.ts';
import { prepareGitHub } from './job.ts';
import { emptyFolder, leavePage } from './leave.ts';
import { Terminal } from './terminal.ts';
import { today } from './today.ts';
import { useCluster } from './use-cluster.ts';

const usage = `Usage: npm run demo [-- options]
  --helm 3|4       the Helm that installs and deploys (default 3)
  --out <folder>   where comments, summaries and reports go (default demo-out)
  --name <bed>     name of the test bed (default demo)
  --keep           leave the test bed up, to look around in it
  --use-cluster    in your own cluster (kubectl's current context), in the new namespace helm-rollout-demo
  --yes            with --use-cluster: do not ask first
`;

type Options = {
  helm: string;
  out: string;
  name: string;
  keep: boolean;
  'use-cluster': boolean;
  yes: boolean;
  help: boolean;
};

const terminal = new Terminal(process.stdout, process.env);
/** Ctrl-C or a kill in the middle ends everything that the demo has started. */
const stop = new AbortController();
/** The bed while it comes up or is up. */
let rising: Promise<Bed> | undefined;

async function play(options: Options): Promise<void> {
  const startedAt = Date.now();
  const out = emptyFolder(path.resolve(ROOT, options.out));
  const helm = options.helm === '4' ? 'helm4' : 'helm3';
  terminal.title('Helm Rollout, the demo');
  terminal.prose(
    'A real Kubernetes 1.32 control plane, real Helm and kubectl, on this machine alone. Only the nodes are played: kwok shows what a kubelet would show. GitHub is a stand-in on loopback.',
  );
  const bed = await bringUp(options.name);
  const github = await prepareGitHub(bed);
  const scene = {
    bed,
    helm,
    github,
    system: new Interface(bed, helm, ROOT, stop.signal),
    terminal,
    out,
    stopped: stop.signal,
  } as const;
  await today(scene);
  const deploys = [await healthyDeploy(scene), await failingDeploy(scene)];
  const shown = leavePage(out, deploys);
  if (options.keep) terminal.prose(`The test bed stays up. Look around: export KUBECONFIG=${bed.kubeconfig}`);
  else await down(options.name);
  const left = options.keep ? `npm run testbed -- down --name ${options.name} ends the bed` : 'the test bed is down';
  terminal.verdict(true, `All of it was as told, in ${duration(Date.now() - startedAt)}; ${left}.`);
  const here = (file: string): string => path.relative(process.cwd(), file);
  terminal.prose(
    `The comments as GitHub shows them: ${here(shown)}. Beside it: comments and job summaries as Markdown, reports as JSON, logs.`,
  );
}

async function bringUp(name: string): Promise<Bed> {
  const missing = parts.filter((part) => !existsSync(cachedPath(part))).length;
  if (missing > 0) {
    terminal.prose(
      `First, and only once: ${missing} programs are built from pinned Go sources. All of them take 11 minutes on 2 cores.`,
    );
  }
  // What a demo with --keep left is an old story.
  await down(name);
  rising = up(name, terminal.progress());
  return rising;
}

/** Ends the bed. One that is still coming up is waited for; while its programs are being built there is none yet. */
async function takeDown(name: string): Promise<void> {
  const risen = rising?.then(
    () => true,
    () => true,
  );
  if (risen === undefined || (await Promise.race([risen, sleep(20_000, false)]))) await down(name);
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      helm: { type: 'string', default: '3' },
      out: { type: 'string', default: 'demo-out' },
      name: { type: 'string', default: 'demo' },
      keep: { type: 'boolean', default: false },
      'use-cluster': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help || !['3', '4'].includes(options.helm)) {
    process.stderr.write(usage);
    return options.help ? 0 : 2;
  }
  if (!existsSync(path.join(ROOT, 'dist/index.cjs'))) {
    throw new Error('dist/index.cjs, the built action, is missing. Build it first: npm run build');
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.stderr.write(`\n${signal}: taking down what was put up\n`);
      terminal.silent = true;
      stop.abort();
    });
  }
  if (options['use-cluster']) return playInCluster(options);
  try {
    await Promise.race([play(options), stopped()]);
    return 0;
  } catch (error) {
    if (stop.signal.aborted || !options.keep) await takeDown(options.name);
    if (stop.signal.aborted) return 130;
    throw error;
  }
}

/** An interruption is waited for: the namespace is taken away first. */
async function playInCluster({ out, yes }: Options): Promise<number> {
  await useCluster(terminal, { yes, out: emptyFolder(path.resolve(ROOT, out)), stopped: stop.signal });
  return 0;
}

function stopped(): Promise<never> {
  return new Promise((_, reject) => stop.signal.addEventListener('abort', () => reject(new Error('interrupted'))));
}

try {
  // Not process.exitCode: after an interruption a build may still be running, and nobody waits for it.
  process.exit(await main());
} catch (error) {
  terminal.verdict(false, error instanceof Error ? error.message : String(error));
  process.exit(1);
}
