import type { Control } from './control.ts';

/** The verbs of `Control`, asked over HTTP of a stand-in in another process. */
export type AdminClient = {
  [Verb in keyof Control]: (...args: Parameters<Control[Verb]>) => Promise<Awaited<ReturnType<Control[Verb]>>>;
};

/**
 * A client for `POST /_bed/<verb>` below `url` (the line that the CLI prints, or its `--admin-port`).
 * Each call rejects with the stand-in's own words when it refuses.
 */
export function adminClient(url: string): AdminClient {
  const call = async (verb: string, args: unknown[]): Promise<unknown> => {
    const response = await fetch(`${url}/_bed/${verb}`, { method: 'POST', body: JSON.stringify(args) });
    const answer = (await response.json()) as { result?: unknown; message?: string };
    if (!response.ok) throw new Error(`The GitHub stand-in refuses ${verb}: ${answer.message}`);
    return answer.result ?? undefined;
  };
  return new Proxy({} as AdminClient, {
    // `then` must stay undefined, or an awaited client would be taken for a promise.
    get: (_, verb) =>
      verb === 'then' || typeof verb !== 'string' ? undefined : (...args: unknown[]) => call(verb, args),
  });
}
