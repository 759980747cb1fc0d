import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../__tests__/e2e/step.ts';
import { Terminal } from '../demo/terminal.ts';
import { duration } from '../src/report/markdown.ts';
import { down, up } from '../testbed/bed.ts';
import { auditAll } from './chapters/audit.ts';
import { badRelease } from './chapters/bad-release.ts';
import { drain } from './chapters/drain.ts';
import { migrate } from './chapters/migrate.ts';
import { proof } from './chapters/proof.ts';
import { today } from './chapters/today.ts';
import { NAMESPACE, Place } from './place.ts';
import type { Scene } from './scene.ts';

const usage = `Usage: npm run pearl [-- options]
  --helm 3|4       the Helm that installs and deploys (default 3)
  --out <folder>   where summaries, reports and logs of all steps go (default pearl-out)
  --name <bed>     name of the test bed (default pearl)
  --keep           leave the test bed up, to look around in it
`;

const terminal = new Terminal(process.stdout, process.env);
const stop = new AbortController();

async function play(place: Place): Promise<void> {
  const startedAt = Date.now();
  const scene: Scene = { place, terminal, hotFixes: new Map() };
  terminal.title('Pearl, from its observed state to production');
  terminal.prose(
    'The whole productionization plan on a real Kubernetes 1.32 control plane: five systems, each through this action as a runner runs it. kwok plays the nodes.',
  );
  await today(scene);
  terminal.chapter('2  The readiness audit, before');
  await auditAll(scene, 'red');
  for (const [at, system] of place.systems.entries()) await migrate(scene, system, at + 1);
  const admission = await enforce(place);
  const interfaceSystem = place.systems.find(({ name }) => name === 'interface');
  if (interfaceSystem) await badRelease(scene, interfaceSystem);
  const lowestWhileDrained = await drain(scene);
  await proof(scene, { admission, lowestWhileDrained });
  terminal.verdict(true, `The plan is done, in ${duration(Date.now() - startedAt)}.`);
}

/** The namespace enforces `restricted` from now on; the API server looks at the pods that are there and names those that violate it. */
async function enforce(place: Place): Promise<string> {
  const said = await place.said('label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted');
  return said.includes('Warning') ? said : 'restricted';
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      helm: { type: 'string', default: '3' },
      out: { type: 'string', default: 'pearl-out' },
      name: { type: 'string', default: 'pearl' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help || !['3', '4'].includes(options.helm)) {
    process.stderr.write(usage);
    return options.help ? 0 : 2;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  await down(options.name);
  const bed = await up(options.name, terminal.progress());
  const place = new Place(bed, options.helm === '4' ? 'helm4' : 'helm3', path.resolve(ROOT, options.out), stop.signal);
  try {
    await play(place);
    return 0;
  } finally {
    place.forget();
    if (options.keep && !stop.signal.aborted) terminal.prose(`Look around: export KUBECONFIG=${bed.kubeconfig}`);
    else await down(options.name);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  terminal.verdict(false, error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
