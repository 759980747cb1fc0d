import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** One request as the API server logged it. */
export interface AuditEvent {
  auditID: string;
  stage: string;
  verb: string;
  requestURI: string;
  userAgent: string;
  object: { resource: string; subresource?: string; namespace?: string; name?: string };
  code: number;
  /** ms since 1970 with microseconds behind the point. */
  receivedAt: number;
  /** When this stage was reached; of a write: when it was done. */
  at: number;
}

interface Line {
  auditID: string;
  stage: string;
  verb: string;
  requestURI: string;
  userAgent?: string;
  objectRef?: AuditEvent['object'];
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

/** An RFC 3339 time with up to nine digits behind the point, in ms since 1970; Date.parse would cut it to ms. */
export function preciseTime(text: string): number {
  const [, whole = '', fraction = '0'] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  return Date.parse(`${whole}Z`) + Number(`0.${fraction}`) * 1000;
}

/** One line of the log; undefined for what is not whole JSON. */
export function parseAuditLine(text: string): AuditEvent | undefined {
  let line: Line;
  try {
    line = JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
  return {
    auditID: line.auditID,
    stage: line.stage,
    verb: line.verb,
    requestURI: line.requestURI,
    userAgent: line.userAgent ?? '',
    object: line.objectRef ?? { resource: '' },
    code: line.responseStatus?.code ?? 0,
    receivedAt: preciseTime(line.requestReceivedTimestamp),
    at: preciseTime(line.stageTimestamp),
  };
}

/** The bed's audit log from now on. */
export class AuditLog {
  readonly #file: string;
  #from: number;

  constructor(file: string) {
    this.#file = file;
    this.#from = size(file);
  }

  /** Forgets what was logged until now. */
  mark(): void {
    this.#from = size(this.#file);
  }

  /** Everything since the mark, in the log's order. */
  events(): AuditEvent[] {
    const handle = openSync(this.#file, 'r');
    try {
      const buffer = Buffer.alloc(Math.max(0, fstatSync(handle).size - this.#from));
      readSync(handle, buffer, 0, buffer.length, this.#from);
      return buffer
        .toString('utf8')
        .split('\n')
        .flatMap((line) => parseAuditLine(line) ?? []);
    } finally {
      closeSync(handle);
    }
  }
}

function size(file: string): number {
  const handle = openSync(file, 'r');
  try {
    return fstatSync(handle).size;
  } finally {
    closeSync(handle);
  }
}

/** When kwok, the kubelet of the bed, wrote a pod's status, in order. */
export function statusWrites(events: readonly AuditEvent[], pod: string): number[] {
  return events
    .filter(({ verb, code, userAgent, object }) => {
      const ofPod = object.resource === 'pods' && object.subresource === 'status' && object.name === pod;
      return ofPod && verb === 'patch' && code === 200 && userAgent.startsWith('kwok/');
    })
    .map(({ at }) => at);
}

/** A watch tells of a write within milliseconds, on a busy machine tens of them: so late at most, in ms. */
const WATCH_WAY_MS = 200;

/**
 * The write behind a state that a watcher saw at `seenAt`: the bodies are not logged, so it is the nearest write of the
 * pod, and no other may come close. Throws when that is not certain.
 */
export function writeBehind(writes: readonly number[], seenAt: number): number {
  const [nearest, second = Number.POSITIVE_INFINITY] = writes
    .map((at) => ({ at, away: Math.abs(at - seenAt) }))
    .toSorted((a, b) => a.away - b.away)
    .map(({ at }) => at);
  const away = Math.abs((nearest ?? Number.NaN) - seenAt);
  if (nearest === undefined || away > WATCH_WAY_MS || Math.abs(second - seenAt) < 3 * away + 50) {
    const list = writes.map((at) => (at - seenAt).toFixed(1)).join(', ');
    throw new Error(`which status write was seen is not certain: writes at ${list} ms around the sighting`);
  }
  return nearest;
}

/** When Helm first wrote again into the record of a revision that it had created: its word about how it came out. */
export function recordWritten(events: readonly AuditEvent[], namespace: string, revision: number): number | undefined {
  return events.find(
    ({ verb, code, object }) =>
      object.resource === 'secrets' &&
      object.namespace === namespace &&
      object.name === `sh.helm.release.v1.web.v${revision}` &&
      verb === 'update' &&
      code === 200,
  )?.at;
}

/** When the workload was first written with the new image: the apply. */
export function appliedAt(events: readonly AuditEvent[], namespace: string): number | undefined {
  return events.find(
    ({ verb, code, userAgent, object }) =>
      object.resource === 'deployments' &&
      object.subresource === undefined &&
      object.namespace === namespace &&
      object.name === 'web' &&
      (verb === 'patch' || verb === 'update') &&
      code === 200 &&
      userAgent.startsWith('Helm/'),
  )?.at;
}
