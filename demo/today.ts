import { HELMS, type HelmName } from '../__tests__/e2e/step.ts';
import { duration } from '../src/report/markdown.ts';
import { CHART, NAMESPACE, OBSERVED, RELEASE, REPOSITORY, WORKLOAD } from './interface.ts';
import { HOT_FIX, ready, type Scene } from './scene.ts';
import type { Terminal } from './terminal.ts';
import { asTold } from './told.ts';

/** What the next plain `helm upgrade` makes of the hot-fix. */
const CONSEQUENCE: Record<HelmName, string> = {
  helm3:
    'Helm knows nothing of the hot-fix: the next new image overwrites it, the next rollback goes back behind it, and neither says so.',
  helm4:
    'Helm knows nothing of the hot-fix: its next upgrade is refused with `conflict with "kubectl-set"`, and so is its own rollback.',
};

/** `interface` in the state that the plan observed, and then hot-fixed past Helm. */
export async function today({ system, terminal, helm }: Scene): Promise<void> {
  terminal.chapter('1  What people do today');
  terminal.prose(
    `Pearl's web front end, \`interface\`, as it was found: one replica, no autoscaler, no disruption budget. Helm ${HELMS.indexOf(helm) + 3} installed it.`,
  );
  const values = ['--namespace', NAMESPACE, '--create-namespace', '--values', OBSERVED];
  await typed(terminal, `helm install ${RELEASE} ${CHART} ${values.join(' ')} --wait`, async () => {
    const said = await system.install();
    return said.match(/^(STATUS|REVISION): .*$/gm)?.join(', ') ?? said;
  });

  terminal.prose('Then something is urgent, and nobody waits for a pipeline:');
  const image = `${RELEASE}=${HOT_FIX}`;
  await typed(terminal, `kubectl set image deployment/${WORKLOAD} ${image} --namespace ${NAMESPACE}`, () =>
    system.hotFix(HOT_FIX),
  );
  const live = await system.settled(1, 30);
  const inRelease = await system.imageInRelease();
  terminal.facts('Now two answers exist to the question what runs in production:', [
    ['the API server', `${live.image}   (${ready(live)})`],
    ['helm', inRelease],
  ]);
  terminal.prose(
    `${CONSEQUENCE[helm]} And when new pods do not start, nobody is told before a time-out, usually ten minutes later.`,
  );
  asTold('after the hot-fix', 'the live image', live.image, HOT_FIX);
  asTold('after the hot-fix', 'the image in the release', inRelease, `${REPOSITORY}:1.4.0`);
}

async function typed(terminal: Terminal, command: string, run: () => Promise<string>): Promise<void> {
  terminal.command(command);
  const startedAt = Date.now();
  const answer = await run();
  terminal.quote(`${answer.trim()}   (${duration(Date.now() - startedAt)})`);
}
