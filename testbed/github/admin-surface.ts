import type { Answer } from './answers.ts';
import type { Control } from './control.ts';

const PREFIX = '/_bed/';

/** True for requests to the stand-in itself; they need no token and are neither recorded nor checked. */
export function isAdmin(path: string): boolean {
  return path.startsWith(PREFIX);
}

/**
 * `POST /_bed/<verb>` calls the verb of `Control`: a JSON object is its one argument, a JSON array is its list of arguments.
 * `GET /_bed/state` is the snapshot, `GET /_bed/violations` a part of it. `shared`: asked on the API's own port, which `down` would close under its own answer.
 * Answers `{ "result": … }`, or 400/404 with `{ "message": … }`.
 */
export async function adminAnswer(
  control: Control,
  method: string,
  path: string,
  text: string,
  shared: boolean,
): Promise<Answer> {
  const verb = path.slice(PREFIX.length);
  if (method === 'GET' && verb === 'state') return { status: 200, body: { result: control.snapshot() } };
  if (method === 'GET' && verb === 'violations')
    return { status: 200, body: { result: control.snapshot().violations } };
  if (method !== 'POST' || !Object.hasOwn(control, verb)) {
    const verbs = Object.keys(control).join(', ');
    return { status: 404, body: { message: `The stand-in has no ${method} ${path}; POST one of: ${verbs}.` } };
  }
  if (verb === 'down' && shared) {
    const message = 'down closes this very port; start the stand-in with --admin-port and ask there.';
    return { status: 400, body: { message } };
  }
  try {
    const input: unknown = text === '' ? [] : JSON.parse(text);
    const call = control[verb as keyof Control] as (...args: unknown[]) => unknown;
    const result = await call(...(Array.isArray(input) ? input : [input]));
    return { status: 200, body: { result: result ?? null } };
  } catch (error) {
    return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}
