import type { LiveView } from '../drift/check.ts';
import { conflictPaths } from '../drift/conflicts.ts';
import { HELM_MANAGER } from '../drift/managers.ts';
import { kindInfo, listPath } from '../kubernetes/kinds.ts';
import { keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import type { Output, Run } from '../process/run.ts';
import type { Api } from './api.ts';
import { accessArgs, type Kubectl, KubectlError } from './kubectl.ts';
import { itemsOf, listOf, stub } from './list.ts';

/** A call that reads or tries a whole release may take so long. */
const TIMEOUT = '60s';

/** Single questions at the same time. */
const AT_ONCE = 4;

/** What kubectl needs for an apply that only asks: https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run */
const DRY_RUN = ['apply', '--server-side', '--dry-run=server', '--validate=ignore', `--field-manager=${HELM_MANAGER}`];

/** The live side of a release through kubectl. Reads, and tries with dry runs; writes nothing. */
export function liveViewOf(
  { bin, access }: Pick<Kubectl, 'bin' | 'access'>,
  api: Pick<Api, 'list'>,
  run: Run,
): LiveView {
  const call = (args: string[], input?: unknown): Promise<Output> =>
    run(bin, [...args, ...accessArgs(access), '--request-timeout', TIMEOUT], {
      ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    });
  const get = async (refs: readonly ObjectRef[]): Promise<Output> => {
    const args = ['get', '--filename', '-', '--ignore-not-found', '--show-managed-fields', '--output', 'json'];
    return call(args, listOf(refs.map(stub)));
  };
  return {
    async look(refs) {
      if (refs.length === 0) return { objects: [], refused: [] };
      const output = await get(refs);
      const objects = itemsOf(output.stdout);
      if (output.code === 0) return { objects, refused: [] };
      if (objects.length === 0 && isLost(output.stderr))
        throw new KubectlError('read the objects of the release', output);
      // Some of them could not be read: which ones is only told one by one.
      const seen = new Set(objects.flatMap((object) => keysOf(refOf(object))));
      const open = refs.filter((ref) => !keysOf(ref).some((key) => seen.has(key)));
      const answers = await inTurn(open, async (ref) => ({ ref, output: await get([ref]) }));
      return {
        objects: [...objects, ...answers.flatMap(({ output }) => itemsOf(output.stdout))],
        refused: answers.flatMap(({ ref, output }) =>
          output.code === 0 ? [] : [{ object: ref, reason: lastLine(output.stderr) }],
        ),
      };
    },
    async apply(objects) {
      if (objects.length === 0) return { objects: [], problems: [] };
      const output = await call(
        [...DRY_RUN, '--force-conflicts', '--output', 'json', '--filename', '-'],
        listOf(objects),
      );
      return { objects: itemsOf(output.stdout), problems: output.code === 0 ? [] : errorsIn(output.stderr) };
    },
    async conflicts(objects) {
      const answers = await inTurn(objects, async (object) => {
        const output = await call([...DRY_RUN, '--output', 'name', '--filename', '-'], object);
        const paths = output.code === 0 ? [] : conflictPaths(output.stderr);
        // An error that is no conflict proves nothing.
        return output.code !== 0 && paths.length === 0 ? undefined : ([keyOf(refOf(object)), paths] as const);
      });
      return new Map(answers.filter((answer) => answer !== undefined));
    },
    async autoscalers(namespaces) {
      const lists = await inTurn(namespaces, async (namespace) => {
        const info = kindInfo('autoscaling/v2', 'HorizontalPodAutoscaler');
        // One that may not be read is as good as none: its replicas then count as drift.
        return info ? (await api.list(listPath(info, namespace), {}).catch(() => undefined))?.items : undefined;
      });
      return lists.flatMap((items) => items ?? []);
    },
  };
}

/** The keys under which an object may be known: a manifest gives a cluster-wide custom resource a namespace too. */
function keysOf(ref: ObjectRef): string[] {
  return [keyOf(ref), keyOf({ ...ref, namespace: undefined })];
}

function isLost(stderr: string): boolean {
  return /connection refused|no such host|i\/o timeout|Unable to connect|TLS handshake|Unauthorized|context deadline/i.test(
    stderr,
  );
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) ?? '';
}

/** kubectl's errors, each once, without its warnings. */
function errorsIn(stderr: string): string[] {
  const lines = stderr.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('Warning:')))];
}

async function inTurn<In, Out>(items: readonly In[], ask: (item: In) => Promise<Out>): Promise<Out[]> {
  const all: Out[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    all.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(ask))));
  return all;
}
