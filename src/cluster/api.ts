import http from 'node:http';
import type { KubeObject } from '../kubernetes/object.ts';

/** An answer of the API server that is not 2xx; `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  /** What Retry-After asked for, in ms. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, status: number, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface ObjectList {
  resourceVersion: string;
  items: KubeObject[];
}

/** A read-only client of the API server over the proxy's socket. */
export interface Api {
  list(path: string, query: Record<string, string>): Promise<ObjectList>;
  /** Streams the lines of a watch to `onLine` until the server ends it; rejects when the connection breaks. */
  watch(
    path: string,
    query: Record<string, string>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** A read that takes longer is given up, in ms. */
const LIST_TIMEOUT_MS = 20_000;

/** The API server's answers as JSON; `requests` counts what was sent. */
export function apiOver(socketPath: string): Api & { readonly requests: () => number } {
  let sent = 0;
  const get = (path: string, query: Record<string, string>, signal: AbortSignal): Promise<http.IncomingMessage> => {
    sent += 1;
    const search = new URLSearchParams(query).toString();
    const options = {
      socketPath,
      path: search ? `${path}?${search}` : path,
      signal,
      headers: { Accept: 'application/json' },
    };
    return new Promise((resolve, reject) => {
      http.get(options, resolve).on('error', (error) => reject(new ApiError(error.message, 0)));
    });
  };
  return {
    requests: () => sent,
    async list(path, query) {
      const response = await get(path, query, AbortSignal.timeout(LIST_TIMEOUT_MS));
      const text = await body(response);
      if (response.statusCode !== 200) throw refusal(path, response, text);
      const list = JSON.parse(text) as { apiVersion: string; kind: string; metadata: ObjectList; items: KubeObject[] };
      // Items of a typed list carry no kind of their own.
      const kind = list.kind.replace(/List$/, '');
      const items = list.items.map((item) => ({ ...item, apiVersion: list.apiVersion, kind }));
      return { resourceVersion: list.metadata.resourceVersion, items };
    },
    async watch(path, query, onLine, signal) {
      const response = await get(path, { ...query, watch: 'true' }, signal);
      if (response.statusCode !== 200) throw refusal(path, response, await body(response));
      let rest = '';
      response.setEncoding('utf8');
      for await (const chunk of response) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line) onLine(line);
      }
    },
  };
}

async function body(response: http.IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

function refusal(path: string, response: http.IncomingMessage, text: string): ApiError {
  const seconds = Number(response.headers['retry-after']);
  const status = response.statusCode ?? 0;
  return new ApiError(`${path}: ${status} ${messageIn(text)}`, status, seconds > 0 ? seconds * 1000 : undefined);
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200).trim();
  }
}
