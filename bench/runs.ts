import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import path from 'node:path';
import { Place, webInputs } from '../__tests__/e2e/release.ts';
import { type HelmName, ROOT, Step, type StepResult, theBed } from '../__tests__/e2e/step.ts';
import { type AuditEvent, AuditLog } from './audit.ts';
import { type Observer, observeNamespace } from './observer.ts';

/** The chart of both sides: three replicas, maxUnavailable 0. */
const CHART = path.join(ROOT, '__tests__/e2e/charts/web');
const WAIT: Record<HelmName, string> = { helm3: '--wait', helm4: '--wait=watcher' };
const ATOMIC: Record<HelmName, string> = { helm3: '--atomic', helm4: '--rollback-on-failure' };

/** Runs at work; ended when the bench itself is. */
const atWork = new Set<ChildProcess>();

/** Asks everything that runs to stop and waits until it has. */
export async function endRuns(): Promise<void> {
  const ended = [...atWork].map((child) => once(child, 'exit'));
  for (const child of atWork) child.kill('SIGTERM');
  await Promise.all(ended);
}

function follow(child: ChildProcess): ChildProcess {
  atWork.add(child);
  child.once('exit', () => atWork.delete(child));
  return child;
}

export type Say = (line: string) => void;

/** A healthy release in a namespace of its own, looked at from outside. */
export interface Scene {
  place: Place;
  observer: Observer;
  /** What the API server logged about the namespace since the scene was set. */
  events: () => AuditEvent[];
  /** The same for what has no namespace: discovery, nodes, versions. */
  clusterEvents: () => AuditEvent[];
  remove: () => void;
}

/** Both sides begin alike: installed by Helm itself, 3/3 ready. */
export async function setScene(name: string, helm: HelmName): Promise<Scene> {
  const place = new Place(name, helm);
  await helmTo(place, '1.0.0', [WAIT[helm]]);
  const log = new AuditLog(theBed().auditLog);
  const observer = await observeNamespace(place.kubeconfig, place.namespace);
  const about = (namespace: string | undefined) => log.events().filter(({ object }) => object.namespace === namespace);
  const remove = (): void => {
    observer.close();
    place.remove();
  };
  const events = () => about(place.namespace);
  return { place, observer, events, clusterEvents: () => about(undefined), remove };
}

/** When a run began and ended (ms since 1970) and its exit code. */
export interface Timed {
  beganAt: number;
  endedAt: number;
  code: number;
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** `helm upgrade --install` by itself, as a person would run it, with the wait of the action. */
export function bareUpgrade(place: Place, tag: string): Promise<Timed> {
  return helmTo(place, tag, [WAIT[place.helm]]);
}

/** Helm's own way back: waits for the whole time-out first. */
export function atomicUpgrade(place: Place, tag: string, timeout: string): Promise<Timed> {
  return helmTo(place, tag, [ATOMIC[place.helm]], timeout, true);
}

async function helmTo(place: Place, tag: string, flags: string[], timeout = '60s', mayFail = false): Promise<Timed> {
  const beganAt = now();
  const args = ['upgrade', '--install', 'web', CHART, '--set', `image.tag=${tag}`, '--timeout', timeout, ...flags];
  const child = follow(place.start(...args));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 && !mayFail) throw new Error(`helm upgrade to ${tag} in ${place.namespace} ended with ${code}`);
  return { beganAt, endedAt: now(), code: code ?? -1 };
}

/** A run of the built action with the moments at which its log lines came. */
export interface ActionRun extends Timed {
  result: StepResult;
  lines: { at: number; text: string }[];
}

export interface ActionOptions {
  timeout?: string;
  /** Changes the step before it starts. */
  before?: (step: Step) => void;
  withPost?: boolean;
}

/** The built action as a runner starts it; throws with its log when it does not end as expected. */
export async function runAction(
  place: Place,
  tag: string,
  status: string,
  options: ActionOptions = {},
): Promise<ActionRun & { postMs?: number }> {
  const inputs = webInputs(place, [`image.tag=${tag}`], { timeout: options.timeout ?? '60s' });
  const step = new Step({ helm: place.helm, inputs });
  try {
    options.before?.(step);
    const lines: ActionRun['lines'] = [];
    const beganAt = now();
    const main = step.startMain();
    follow(main.child);
    main.child.stdout?.on('data', (chunk: Buffer) => {
      const at = now();
      for (const text of chunk.toString().split('\n')) if (text) lines.push({ at, text });
    });
    const exited = once(main.child, 'exit').then(now);
    const [result, endedAt] = await Promise.all([main.ended, exited]);
    if (result.outputs.status !== status) {
      throw new Error(`the action ended with ${result.outputs.status}, not ${status}:\n${result.log}`);
    }
    if (!options.withPost) return { beganAt, endedAt, code: result.code, result, lines };
    const postAt = now();
    await step.post();
    return { beganAt, endedAt, code: result.code, result, lines, postMs: now() - postAt };
  } finally {
    step.remove();
  }
}

/** The load of the last minute: other work on the machine makes every number worse. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
