import { readSecrets } from '../cluster/secrets.ts';
import type { Inputs } from '../inputs.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { run } from '../process/run.ts';
import { secretsOf } from '../report/release-secrets.ts';
import { secretReferences } from '../report/secret-references.ts';
import { publicWords, type Session } from './prepare.ts';

/** What a reader of Secrets needs. */
interface Reader {
  inputs: Inputs;
  session: Session;
  say: (line: string) => void;
  learn: (secrets: readonly string[]) => void;
}

/**
 * Learns the values of the live Secrets that these objects define or refer to, each read once, so that a log line or an Event
 * that repeats one does not leave. Never throws: what may not be read is said in the log, and the redaction goes on with what is
 * known.
 */
export async function learnLiveSecrets(reader: Reader, objects: readonly KubeObject[]): Promise<void> {
  const { inputs, session, say, learn } = reader;
  const refs = secretReferences(objects);
  try {
    const { found, refused } = await readSecrets(session.kubectl, run, refs);
    learn(secretsOf(found, publicWords(inputs, session.chartValues, objects)));
    if (refused) say(unreadable(refs, found, refused.why));
  } catch (error) {
    say(unreadable(refs, [], error instanceof Error ? error.message : String(error)));
  }
}

function unreadable(refs: readonly ObjectRef[], found: readonly KubeObject[], why: string): string {
  const read = new Set(found.map((object) => keyOf(refOf(object))));
  const missing = refs.filter((ref) => !read.has(keyOf(ref))).map(({ namespace, name }) => `${namespace}/${name}`);
  return `Not all Secrets of the release could be read (${why}): what ${missing.join(', ')} hold is only hidden where a manifest holds it too.`;
}
