import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What to do when there is none. */
export const NO_BROWSER = 'Chromium is missing. Install it (Debian: apt-get install chromium), or name it in CHROMIUM.';

/** Chromium's path: CHROMIUM, else the first of its names on PATH; undefined when there is none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROMIUM) return env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const files = (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
  return files.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A page in a headless browser. */
export interface Page {
  /** The value of a JavaScript expression in the page; promises are awaited. Throws what the page throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** A PNG of the first element that the CSS selector finds, `scale` device pixels per CSS pixel. Throws when there is none. */
  picture(selector: string, scale: number): Promise<Buffer>;
}

export interface Browser {
  /** `width` in CSS pixels. Resolves when the page has loaded. */
  open(url: string, width: number, options?: { dark?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

/** The browser is up within seconds, or never, in ms. */
const START_MS = 30_000;

/** Starts Chromium without a window, with a profile of its own that `close` removes. Throws when it does not start. */
export async function openBrowser(bin: string): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];
  const args = [...flags, `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'];
  const child = spawn(bin, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const wire = await connect(await addressOf(child));
    return {
      open: (url, width, options) => openPage(wire, url, width, options?.dark === true),
      async close() {
        wire.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The browser says on stderr where it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string): void => reject(new Error(`Chromium did not start: ${why}\n${said}`));
    const timer = setTimeout(fail, START_MS, `nothing heard of it for ${START_MS / 1000} s`);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

type Answer = Record<string, unknown>;

/** The DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
interface Wire {
  send(method: string, params?: object, sessionId?: string): Promise<Answer>;
  /** The next event of this name. */
  event(method: string, sessionId: string): Promise<void>;
  close(): void;
}

interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  result?: Answer;
  error?: { message: string };
}

async function connect(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`Chromium does not answer at ${address}`)), { once: true });
  });
  const waiting = new Map<string, (message: Message) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    const key = message.id === undefined ? `${message.sessionId} ${message.method}` : String(message.id);
    waiting.get(key)?.(message);
    waiting.delete(key);
  });
  let count = 0;
  return {
    send(method, params = {}, sessionId) {
      count += 1;
      const id = count;
      return new Promise((resolve, reject) => {
        waiting.set(String(id), ({ result, error }) => {
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result ?? {});
        });
        socket.send(JSON.stringify({ id, method, params, sessionId }));
      });
    },
    event: (method, sessionId) => new Promise((resolve) => waiting.set(`${sessionId} ${method}`, () => resolve())),
    close: () => socket.close(),
  };
}

async function openPage(wire: Wire, url: string, width: number, dark: boolean): Promise<Page> {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params?: object): Promise<Answer> => wire.send(method, params, String(sessionId));
  await send('Page.enable');
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
  });
  await send('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
  const loaded = wire.event('Page.loadEventFired', String(sessionId));
  const { errorText } = await send('Page.navigate', { url });
  if (errorText) throw new Error(`${url}: ${String(errorText)}`);
  await loaded;
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  };
  return {
    evaluate,
    async picture(selector, scale) {
      const found = `document.querySelector(${JSON.stringify(selector)})`;
      const box = `(() => { const box = ${found}?.getBoundingClientRect(); return box && { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height }; })()`;
      const clip = await evaluate<object | undefined>(box);
      if (!clip) throw new Error(`nothing on the page is ${selector}`);
      const shot = { format: 'png', captureBeyondViewport: true, clip: { ...clip, scale } };
      return Buffer.from(String((await send('Page.captureScreenshot', shot)).data), 'base64');
    },
  };
}
