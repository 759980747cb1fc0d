import { field } from '../../diff/values.ts';
import type { Subject, SubjectContainer } from '../subject.ts';
import type { Says } from './say.ts';

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'];
const WITHOUT: Readonly<Record<string, string>> = {
  Job: 'a Job runs to its end',
  CronJob: 'a CronJob runs to its end',
};

/** Skips what runs to its end: nobody waits until it is ready. */
export function runsToItsEnd({ ref }: Subject): Says | undefined {
  const reason = WITHOUT[ref.kind];
  return reason === undefined ? undefined : { verdict: 'skip', read: `kind: ${ref.kind}`, reason };
}

/** A probe of a container; undefined when it is absent or asks nothing. */
export function probeOf({ spec }: SubjectContainer, name: 'readinessProbe' | 'livenessProbe'): unknown {
  const probe = field(spec, name);
  return HANDLERS.some((handler) => (field(probe, handler) ?? undefined) !== undefined) ? probe : undefined;
}

/** What a probe asks: its handler alone. */
export function handlerOf(probe: unknown): unknown {
  return HANDLERS.map((handler) => field(probe, handler) ?? null);
}

/** How long a probe may fail, in seconds, before it has a consequence; the API server's defaults are filled in. */
export function patienceOf(probe: unknown): number {
  const number = (name: string, otherwise: number) => {
    const written = field(probe, name);
    return typeof written === 'number' && written > 0 ? written : otherwise;
  };
  return number('failureThreshold', 3) * number('periodSeconds', 10);
}

/** A probe to begin with: the given port, or the first one that the container declares. */
export function firstProbe(
  { spec }: SubjectContainer,
  port?: string | number,
  path = '/healthz',
): Record<string, unknown> {
  const declared = field(
    Array.isArray(field(spec, 'ports')) ? (field(spec, 'ports') as unknown[])[0] : undefined,
    'containerPort',
  );
  return { httpGet: { path, port: port ?? (typeof declared === 'number' ? declared : 8080) } };
}
