import { stripVTControlCharacters } from 'node:util';
import type { Event, Probe } from 'kubernetes-types/core/v1.d.ts';
import { type KubeObject, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { containersOf } from './containers.ts';
import { eventsAbout, find, lastSeen, ownedBy, type Picture, podOf } from './picture.ts';
import type { Cause } from './verdict.ts';

/** What was seen of a failing object while it was there: a rollback deletes it. */
export interface Evidence {
  object: ObjectRef;
  node?: string;
  container?: string;
  /** The readiness probe in one line, when the container runs and is not ready. */
  probe?: string;
  events: EvidenceEvent[];
  /** Common success Events, left out but counted. */
  routineEvents: number;
  /** The last lines of the container's log and of the one before it; absent when there was none. */
  log?: string[];
  previousLog?: string[];
}

export interface EvidenceEvent {
  at: number;
  reason: string;
  message: string;
  count: number;
}

/** A container log to read. */
export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  lines: number;
  bytes: number;
}

/** Reads a log, or says undefined when there is none. */
export type ReadLog = (request: LogRequest) => Promise<string | undefined>;

/** So many lines tell a crash without hiding it (Shopify/krane#676 went from 250 to 25). */
const LOG_LINES = 25;
const LOG_BYTES = 64 * 1024;
const LINE_LENGTH = 2_000;
const LOG_TRIES = 4;
const EVENTS = 12;

/** Events of a normal start; krane leaves the same ones out. */
const ROUTINE = new Set(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'SuccessfulCreate']);

/** Collects evidence as it appears. Reading logs never delays the verdict: it goes on beside it. */
export class EvidenceKeeper {
  readonly #readLog: ReadLog;
  readonly #found = new Map<string, Evidence>();
  readonly #tries = new Map<string, number>();
  readonly #busy = new Set<string>();
  readonly #reading = new Set<Promise<void>>();

  constructor(readLog: ReadLog) {
    this.#readLog = readLog;
  }

  /** Takes what the picture shows of each cause; a later look adds to an earlier one. */
  note(picture: Picture, causes: readonly Cause[]): void {
    for (const cause of causes) {
      const key = keyOf(cause);
      const subject = subjectOf(picture, cause);
      const seen = look(picture, subject, this.#found.get(key));
      this.#found.set(key, seen);
      this.#readLogs(key, subject, seen);
    }
  }

  /** The evidence of a cause, after waiting at most `budgetMs` for logs that are being read. */
  async of(cause: Cause, budgetMs: number): Promise<Evidence | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const budget = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, budgetMs);
    });
    await Promise.race([Promise.all(this.#reading), budget]);
    clearTimeout(timer);
    return this.#found.get(keyOf(cause));
  }

  #readLogs(key: string, cause: Cause, evidence: Evidence): void {
    const { object, container, restarts = 0, rule } = cause.signal;
    if (object.kind !== 'Pod' || !container || !HAS_LOG.has(rule)) return;
    // One read per life of the container: a new restart has a new log. What was empty may come a moment later.
    const life = `${key}|${rule}|${restarts}`;
    const tries = this.#tries.get(life) ?? 0;
    if (tries >= LOG_TRIES || this.#busy.has(life)) return;
    this.#tries.set(life, tries + 1);
    this.#busy.add(life);
    const request = {
      namespace: object.namespace ?? '',
      pod: object.name,
      container,
      lines: LOG_LINES,
      bytes: LOG_BYTES,
    };
    const read = async (previous: boolean): Promise<void> => {
      const text = await this.#readLog({ ...request, previous }).catch(() => undefined);
      const found = text === undefined ? [] : cleanLines(text);
      if (found.length === 0) return;
      evidence[previous ? 'previousLog' : 'log'] = found;
      this.#tries.set(life, LOG_TRIES);
    };
    const reading: Promise<void> = Promise.all([read(false), ...(restarts > 0 ? [read(true)] : [])])
      .then(() => {})
      .finally(() => {
        this.#reading.delete(reading);
        this.#busy.delete(life);
      });
    this.#reading.add(reading);
  }
}

/** A Job says nothing itself: its newest pod that failed does. */
function subjectOf(picture: Picture, cause: Cause): Cause {
  if (cause.signal.object.kind !== 'Job') return cause;
  const { namespace, name } = cause.signal.object;
  const job = find(picture, 'Job', namespace, name);
  const pods = job ? ownedBy(picture, 'Pod', job) : [];
  const failed = pods.filter((pod) => podOf(pod).status?.phase === 'Failed');
  const pod = failed.toSorted((a, b) => created(a) - created(b)).at(-1) ?? pods.at(-1);
  if (!pod) return cause;
  const container = containersOf(pod).find((c) => (c.exitCode ?? 0) !== 0) ?? containersOf(pod).at(-1);
  const uid = pod.metadata.uid ?? pod.metadata.name;
  return { ...cause, signal: { ...cause.signal, object: refOf(pod), uid, container: container?.name } };
}

function created(object: KubeObject): number {
  return Date.parse(object.metadata.creationTimestamp ?? '') || 0;
}

/** The rules whose container has run, so that it can have said something. */
const HAS_LOG = new Set(['crash-loop', 'out-of-memory', 'cannot-start', 'not-ready', 'job-failed']);

function keyOf({ signal }: Cause): string {
  return `${signal.uid}|${signal.container ?? ''}`;
}

function look(picture: Picture, { signal }: Cause, before: Evidence | undefined): Evidence {
  const evidence: Evidence = before ?? { object: signal.object, events: [], routineEvents: 0 };
  evidence.object = signal.object;
  evidence.container = signal.container;
  const live = find(picture, signal.object.kind, signal.object.namespace, signal.object.name);
  if (live?.kind === 'Pod' && live.metadata.uid === signal.uid) {
    evidence.node = podOf(live).spec?.nodeName;
    const probe = containersOf(live).find((c) => c.name === signal.container)?.readinessProbe;
    if (signal.rule === 'not-ready' && probe) evidence.probe = probeText(probe);
  }
  // Events come a moment after the state that they explain, and stay when the object is gone.
  const events = eventsAbout(picture, signal.uid);
  const telling = events.filter((event) => !ROUTINE.has(event.reason ?? ''));
  evidence.routineEvents = events.length - telling.length;
  evidence.events = telling.slice(-EVENTS).map(eventRow);
  return evidence;
}

function eventRow(event: Event): EvidenceEvent {
  const count = event.series?.count ?? event.count ?? 1;
  return { at: lastSeen(event), reason: event.reason ?? '', message: (event.message ?? '').trim(), count };
}

/** The last lines without terminal colours, each of a bounded length. */
export function cleanLines(text: string): string[] {
  const lines = stripVTControlCharacters(text).split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  return lines.slice(-LOG_LINES).map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}

/** A probe as `kubectl describe` says it, in one line. */
export function probeText(probe: Probe): string {
  const { httpGet, tcpSocket, exec, grpc } = probe;
  let what = 'probe';
  if (httpGet) what = `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`;
  else if (tcpSocket) what = `TCP connect to port ${tcpSocket.port}`;
  else if (exec) what = `exec ${(exec.command ?? []).join(' ')}`;
  else if (grpc) what = `gRPC health on port ${grpc.port}`;
  const { periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1, initialDelaySeconds = 0 } = probe;
  return `${what}, every ${periodSeconds} s after ${initialDelaySeconds} s, time-out ${timeoutSeconds} s, ${failureThreshold} failures`;
}
