import type { HelmName, StepResult } from '../__tests__/e2e/step.ts';
import { duration } from '../src/report/markdown.ts';
import { watchAvailability } from './availability.ts';
import { type Live, REPOSITORY } from './interface.ts';
import { type JobResult, type Merged, runJob, workflowInputs } from './job.ts';
import { type ChapterName, leave } from './leave.ts';
import { HOT_FIX, ready, type Scene } from './scene.ts';
import { asTold } from './told.ts';

/** What was merged, and the job that it started. */
export interface Deploy {
  merged: Merged;
  job: JobResult;
}

const HEALTHY = `${REPOSITORY}:1.5.0`;

/** Helm's own way to roll a failed upgrade back. */
const OWN_FLAG: Record<HelmName, string> = { helm3: 'helm --atomic', helm4: 'helm --rollback-on-failure' };

/** A deploy that works: production values and a new image. */
export async function healthyDeploy(scene: Scene): Promise<Deploy> {
  const { terminal, system } = scene;
  terminal.chapter('2  A deploy with this action');
  const merged: Merged = {
    number: 41,
    title: 'Run interface in production: three replicas, 1.5.0',
    tag: '1.5.0',
    sha: '5f1c0a9be2d74d0f8c3b6a7e1d2f4c5b6a798081',
  };
  terminal.prose(
    `Pull request #41, "${merged.title}", is merged. The push to main starts this step, run here exactly as a runner runs it:`,
  );
  const job = await deploy(scene, merged, '1-deployed');
  // The chart leaves the number of pods to the autoscaler, which looks every few seconds.
  const live = await system.settled(3, 30);
  showJob(scene, job, merged, `green after ${duration(job.tookMs)}`);
  await showLive(scene, live);
  expectJob('the healthy deploy', job, { code: 0, status: 'deployed', revision: '2' });
  expectLive('the healthy deploy', live);
  asTold('after the healthy deploy', 'the drift in the report', job.report?.drift[0]?.to, HOT_FIX);
  return { merged, job };
}

/** A deploy that cannot work: red, explained, rolled back and verified. */
export async function failingDeploy(scene: Scene): Promise<Deploy> {
  const { terminal, system, bed, helm } = scene;
  terminal.chapter('3  A deploy that cannot work');
  const merged: Merged = {
    number: 42,
    title: 'Interface: the new start page',
    tag: 'missing',
    sha: '9d3b7e61c0f2485aa4c1e0d95b8f7a2360c4d1e8',
  };
  terminal.prose(
    `Pull request #42, "${merged.title}", is merged before its image was pushed. (On the test bed the tag \`missing\` makes the pods fail as a kubelet shows it.)`,
  );
  const availability = watchAvailability(bed, scene.stopped);
  let job: JobResult;
  let lowest: number | undefined;
  try {
    job = await deploy(scene, merged, '2-rolled-back');
  } finally {
    lowest = availability.end();
  }
  const live = await system.settled(3, 30);
  showJob(scene, job, merged, `red after ${duration(job.tookMs)}, as it should be`);
  await showLive(scene, live, [['meanwhile', `never fewer than ${lowest ?? '?'} pods available`]]);
  const { cause, rollback } = job.report ?? {};
  terminal.facts('How long production was in doubt:', [
    [
      'with this action',
      `${duration(job.report?.tookMs ?? Number.NaN)}, with the cause named after ${duration(cause?.finalAfterMs ?? Number.NaN)}`,
    ],
    [`with ${OWN_FLAG[helm]}`, 'the whole time-out, 10 min here; then it says "context deadline exceeded"'],
  ]);
  expectJob('the failed deploy', job, { code: 1, status: 'rolled-back', revision: '4' });
  expectLive('the failed deploy', live);
  asTold('after the failed deploy', 'the rule that found the cause', cause?.rule, 'image-not-found');
  asTold('after the failed deploy', 'the rollback target', rollback?.to, 2);
  asTold('after the failed deploy', 'the rollback verified', rollback?.verified, true);
  asTold('during the failed deploy', 'the lowest number of available pods', lowest, 3);
  return { merged, job };
}

async function deploy(scene: Scene, merged: Merged, name: ChapterName): Promise<JobResult> {
  const { terminal, out } = scene;
  terminal.quote(stepText(merged.tag));
  const job = await runJob(scene, merged, (line) => terminal.log(line));
  leave(out, name, job);
  return job;
}

function stepText(tag: string): string {
  const inputs = Object.entries(workflowInputs(tag)).map(([name, value]) => `    ${name}: ${value}`);
  return ['- uses: helm-rollout/helm-rollout@v1', '  with:', ...inputs].join('\n');
}

async function showLive({ terminal, system }: Scene, live: Live, more: [string, string][] = []): Promise<void> {
  const history = await system.history();
  terminal.facts('What runs now, read from the API server with kubectl:', [
    ['image', live.image],
    ['pods', `${ready(live)}, on ${live.nodes} nodes`],
    ['autoscaler', `${live.autoscaler} pods; it, not Helm, sets their number`],
    ...more,
  ]);
  terminal.facts(
    'helm history:',
    history.map(({ revision, status, description }) => [String(revision), `${status.padEnd(12)}${description}`]),
  );
}

function showJob({ terminal }: Scene, { outputs, comment = '' }: JobResult, { number }: Merged, how: string): void {
  terminal.blank();
  terminal.facts(`The job is ${how}.`, [
    ['status', outputs.status ?? ''],
    ['revision', `${outputs['previous-revision']} → ${outputs.revision}`],
  ]);
  terminal.shown(`On pull request #${number}:`, beforeTheProof(comment));
}

/** The part of a comment above its tables and folded parts, without the Markdown. */
function beforeTheProof(comment: string): string {
  const [top = ''] = comment.replace(/^<!--.*-->\n/, '').split(/^(?:\||<details|<sub)/m);
  return top
    .replace(/^### /gm, '')
    .replace(/^> \[!WARNING\]\n/gm, '')
    .replace(/^> /gm, '')
    .replace(/\*\*/g, '')
    .replace(/\\(?=[^\w\s])/g, '')
    .replace(/\n{2,}/g, '\n');
}

function expectJob(what: string, job: JobResult, told: { code: number; status: string; revision: string }): void {
  const when = `after ${what}`;
  asTold(when, 'the exit code of the job', job.code, told.code);
  asTold(when, 'the exit code of its post step', job.postCode, 0);
  expectOutputs(when, job.outputs, told);
  asTold(when, 'a comment on the pull request there', job.comment !== undefined, true);
  asTold(when, 'a job summary there', job.summary !== '', true);
}

function expectOutputs(when: string, outputs: StepResult['outputs'], told: { status: string; revision: string }): void {
  asTold(when, 'the output status', outputs.status, told.status);
  asTold(when, 'the output revision', outputs.revision, told.revision);
}

function expectLive(what: string, live: Live): void {
  asTold(`after ${what}`, 'the live image', live.image, HEALTHY);
  asTold(`after ${what}`, 'available/updated/wanted pods', live.pods, '3/3/3');
}
