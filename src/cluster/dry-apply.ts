import { groupOf, type KubeObject, type ObjectRef, refOf } from '../kubernetes/object.ts';
import type { Output, Run } from '../process/run.ts';
import { accessArgs, type Kubectl } from './kubectl.ts';
import { listOf } from './list.ts';

/** What the API server said to one object. */
export interface Refusal {
  ref: ObjectRef;
  said: string;
}

/** Bodies that are sent by one kubectl, and kubectls side by side: each has its own limit of requests per second. */
const BATCH = 100;
const AT_ONCE = 4;

/** Which of several objects it is that conflicts is worth asking; why nothing may be done at all is the same for each. */
const CONFLICT = /Apply failed with \d+ conflict/;

/** A single request may take so long. */
const TIMEOUT = '20s';

/**
 * Applies objects on the server as a dry run (`dryRun=All`), without force and under this field manager, and returns what
 * the API server refuses, by object. Nothing is written. https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export async function dryApply(
  kubectl: Pick<Kubectl, 'bin' | 'access'>,
  run: Run,
  objects: readonly KubeObject[],
  manager: string,
): Promise<Refusal[]> {
  const call = (some: readonly KubeObject[]): Promise<Output> => {
    const args = ['apply', '--server-side', '--dry-run=server', '--validate=false', '--field-manager', manager];
    args.push('--filename', '-', '--output', 'name', '--request-timeout', TIMEOUT, ...accessArgs(kubectl.access));
    return run(kubectl.bin, args, { input: JSON.stringify(listOf(some), plain) });
  };
  const answers = await eachOf(batches(objects), AT_ONCE, async (batch): Promise<Refusal[]> => {
    const { code, stdout, stderr } = await call(batch);
    if (code === 0) return [];
    // kubectl names the objects that passed, and of the others only what was said.
    const passed = new Set(stdout.split('\n'));
    const refused = batch.filter((object) => !passed.has(printedName(object)));
    if (refused.length === 1 || !CONFLICT.test(stderr)) {
      return refused.map((object) => ({ ref: refOf(object), said: stderr }));
    }
    const single = await eachOf(refused, 1, async (object) => ({ object, ...(await call([object])) }));
    return single.flatMap(({ object, ...one }) => (one.code === 0 ? [] : [{ ref: refOf(object), said: one.stderr }]));
  });
  return answers.flat();
}

/** In one batch a name stands for one object: they share their namespace. */
function batches(objects: readonly KubeObject[]): KubeObject[][] {
  const groups = Object.values(Object.groupBy(objects, ({ metadata }) => metadata.namespace ?? ''));
  return groups.flatMap((group = []) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, at) => group.slice(at * BATCH, (at + 1) * BATCH)),
  );
}

/** `deployment.apps/web`, as `--output name` prints it. */
function printedName({ apiVersion, kind, metadata }: KubeObject): string {
  const group = groupOf(apiVersion);
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${metadata.name}`;
}

/** JSON has no such large integers; for the question who owns a field the nearest number will do. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Works through a list, so many at a time, and keeps its order. */
async function eachOf<In, Out>(list: readonly In[], most: number, work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < list.length; at = next++) results[at] = await work(list[at] as In);
  };
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, worker));
  return results;
}
