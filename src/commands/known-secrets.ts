import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from '../cluster/kubectl.ts';
import { readSecrets, secretsIn } from '../cluster/secrets.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { run } from '../process/run.ts';
import { secretsOf } from '../report/release-secrets.ts';
import { secretReferences } from '../report/secret-references.ts';
import { objectsIn } from './audit/chart-audit.ts';
import { publicWords, type Session, type Workshop } from './prepare/prepare.ts';

/** Who reads, and who is told. */
export interface SecretReader {
  kubectl: Pick<Kubectl, 'bin' | 'access'>;
  say: (line: string) => void;
  learn: (secrets: readonly string[]) => void;
}

/** Reading Secrets may cost the end of a run so long, in ms. */
const PATIENCE_MS = 5_000;

/**
 * Learns the values of the live Secrets that these objects define or refer to, each read once, so that a log line or an Event
 * that repeats one does not leave. `open` is public anyway (secretsOf). Never throws and takes at most 5 s: what may not be read, or
 * not in time, is said in the log, and the redaction goes on with what is known.
 */
export async function learnLiveSecrets(
  { kubectl, say, learn }: SecretReader,
  objects: readonly KubeObject[],
  open: readonly unknown[],
): Promise<void> {
  const refs = secretReferences(objects);
  const reading = async (): Promise<void> => {
    const { found, refused } = await readSecrets(kubectl, run, refs);
    learn(secretsOf(found, open));
    if (refused) say(unreadable(refs, found, refused));
  };
  await inTime(reading, (why) => say(unreadable(refs, [], why)));
}

/**
 * The same for all Secrets of the release's namespace, returned too: which of them a chart looks up is only known when it is
 * rendered.
 */
export async function learnNamespaceSecrets(
  { inputs, say, learn }: { inputs: Inputs } & Pick<SecretReader, 'say' | 'learn'>,
  { kubectl, chartValues }: Pick<Session, 'kubectl' | 'chartValues'>,
): Promise<readonly string[]> {
  const { namespace } = inputs;
  const secrets: string[] = [];
  const warn = (why: string): void =>
    say(`The Secrets of ${namespace} could not be read (${why}): what the chart copies from one is not hidden.`);
  const reading = async (): Promise<void> => {
    const { found, refused } = await secretsIn(kubectl, run, namespace);
    secrets.push(...secretsOf(found, publicWords(inputs, chartValues, [])));
    learn(secrets);
    if (refused) warn(refused);
  };
  await inTime(reading, warn);
  return secrets;
}

async function inTime(reading: () => Promise<void>, warn: (why: string) => void): Promise<void> {
  const late = sleep(PATIENCE_MS, 'late', { ref: false });
  try {
    if ((await Promise.race([reading(), late])) === 'late') warn('the API server takes too long');
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
  }
}

function unreadable(refs: readonly ObjectRef[], found: readonly KubeObject[], why: string): string {
  const read = new Set(found.map((object) => keyOf(refOf(object))));
  const missing = refs.filter((ref) => !read.has(keyOf(ref))).map(({ namespace, name }) => `${namespace}/${name}`);
  return `Not all Secrets of the release could be read (${why}): what ${missing.join(', ')} hold is only hidden where a manifest holds it too.`;
}

/** The objects of a rendered or stored text; what is secret in them is learned. */
export function learnRendered(
  text: string,
  {
    inputs,
    chartValues,
    learn,
  }: { inputs: Inputs; chartValues: Workshop['chartValues'] } & Pick<SecretReader, 'learn'>,
): KubeObject[] {
  const objects = objectsIn(text, inputs.namespace);
  learn(secretsOf(objects, publicWords(inputs, chartValues, objects)));
  return objects;
}

/** Lines that wait for something, and then come out in their order. */
export function saidAfter(ready: Promise<unknown> | undefined, say: (line: string) => void): (line: string) => void {
  return ready ? (line) => void ready.then(() => say(line)) : say;
}
