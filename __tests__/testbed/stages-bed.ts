import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { placesOf } from '../../testbed/state.ts';

const places = placesOf(process.env.TESTBED_NAME ?? 'main');

export type Answer = { code: number; stdout: string; stderr: string };

/** Throws, with the command to run, unless the bed has said that it is ready. */
export function requireBed(): void {
  const ready = existsSync(places.state) && JSON.parse(readFileSync(places.state, 'utf8')).ready === true;
  if (!ready) throw new Error(`The test bed "${places.name}" is not running: start it with npm run testbed -- up.`);
}

/** One kubectl call as the bed's admin; never rejects, the exit code is in the answer. */
export function kubectl(args: string[], input = ''): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, KUBECONFIG: places.kubeconfig }, maxBuffer: 64e6, timeout: 30_000 };
    const child = execFile(join(places.bin, 'kubectl'), args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** Runs kubectl, which must succeed, and gives its output. */
export async function must(args: string[], input = ''): Promise<string> {
  const answer = await kubectl(args, input);
  if (answer.code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${answer.stderr}`);
  return answer.stdout;
}

/** What was seen of one workload's pods, oldest first, one entry per distinct status. */
export type Film = Pod[];

/** Lists the pods of the namespace and adds each changed one to the film of its label `app`. */
export async function shoot(namespace: string, films: Map<string, Film>): Promise<void> {
  const list = JSON.parse(await must(['get', 'pods', '-n', namespace, '-o', 'json'])) as { items: Pod[] };
  for (const pod of list.items) {
    const app = pod.metadata?.labels?.app ?? '';
    const film = films.get(app) ?? [];
    const seen = film.some((one) => one.metadata?.resourceVersion === pod.metadata?.resourceVersion);
    if (!seen) films.set(app, [...film, pod]);
  }
}

/** The kubelet's events of the namespace, by pod name. */
export async function kubeletEvents(namespace: string): Promise<Map<string, Event[]>> {
  const list = JSON.parse(await must(['get', 'events', '-n', namespace, '-o', 'json'])) as { items: Event[] };
  const byPod = new Map<string, Event[]>();
  for (const event of list.items.filter((one) => one.source?.component === 'kubelet')) {
    const name = event.involvedObject.name ?? '';
    byPod.set(name, [...(byPod.get(name) ?? []), event]);
  }
  return byPod;
}
