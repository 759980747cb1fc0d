import { execFile, spawn } from 'node:child_process';
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

/**
 * Films the pods of the namespace from now on: every status that the API server tells is added to the film of its label
 * `app`. A watch, because some states last two seconds and a busy machine lists less often. Returns the way to stop it.
 */
export function shoot(namespace: string, films: Map<string, Film>): () => void {
  const env = { ...process.env, KUBECONFIG: places.kubeconfig };
  const args = ['get', 'pods', '-n', namespace, '--watch', '-o', 'json'];
  const child = spawn(join(places.bin, 'kubectl'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    // kubectl prints one indented object after the other: a closing brace in the first column ends it.
    for (let end = text.indexOf('\n}\n'); end >= 0; end = text.indexOf('\n}\n')) {
      const pod = JSON.parse(text.slice(0, end + 2)) as Pod;
      text = text.slice(end + 3);
      const app = pod.metadata?.labels?.app ?? '';
      // Before the kubelet's first word there is nothing to look at.
      if (pod.status?.containerStatuses) films.set(app, [...(films.get(app) ?? []), pod]);
    }
  });
  return () => void child.kill();
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
