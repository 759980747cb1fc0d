import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type HelmName, ROOT, theBed } from '../e2e/step.ts';

/** A run of act: its exit code, and everything that it printed. */
export interface ActResult {
  code: number;
  log: string;
}

/** One event for act. */
export interface ActEvent {
  name: string;
  payload: object;
  workflow: string;
  /** Only this job of the workflow; all when not given. */
  job?: string;
  runId: number;
  githubApiUrl: string;
  token: string;
  secrets: Record<string, string>;
  helm: HelmName;
  /** More of the job's environment. */
  env?: Record<string, string>;
  /** Shell scripts that the runner has on its PATH, by name. */
  programs?: Record<string, string>;
  /** Given the process id of act, for tests that end something in the middle. */
  onStart?: (pid: number) => void;
}

/** Every `owner/name@ref` that a workflow uses, ours and others'. */
export function usesOf(text: string): string[] {
  return [...text.matchAll(/^\s*(?:-\s*)?uses:\s*([^\s#]+)/gm)].map((match) => match[1] ?? '');
}

const WORKFLOWS = path.join(ROOT, '.github/workflows');

/**
 * What a user gets from `helm-rollout/helm-rollout@v1`: the built action and the reusable workflows, nothing else. Every action of
 * somebody else is in it as one that fails when it is run: act fetches also what a condition skips, and has no network here.
 */
export function publishedAction(folder: string): string[] {
  const own = path.join(folder, 'helm-rollout');
  for (const part of ['action.yml', 'dist', '.github/workflows'])
    cpSync(path.join(ROOT, part), path.join(own, part), { recursive: true });
  const foreign = path.join(folder, 'foreign');
  mkdirSync(foreign);
  writeFileSync(path.join(foreign, 'action.yml'), "name: foreign\nruns:\n  using: node24\n  main: 'never.cjs'\n");
  writeFileSync(path.join(foreign, 'never.cjs'), "throw new Error('an action of somebody else was run');\n");
  const texts = [WORKFLOWS, path.join(ROOT, 'examples/workflows')].flatMap((from) =>
    readdirSync(from).map((name) => readFileSync(path.join(from, name), 'utf8')),
  );
  const others = new Set(texts.flatMap(usesOf).filter((name) => /^(?!helm-rollout\/)[\w-]+\/[\w-]+@/.test(name)));
  return [`helm-rollout/helm-rollout@v1=${own}`, ...[...others].map((name) => `${name}=${foreign}`)];
}

/** A service's repository on disk, at work in act's host mode as in a runner. */
export class ServiceRepository {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'service-'));
  readonly #published = publishedAction(mkdtempSync(path.join(this.folder, 'published-')));

  /** The checkout of the repository. */
  get checkout(): string {
    return path.join(this.folder, 'checkout');
  }

  /** The test chart as the service's own, and one of the workflows to copy with what a newcomer changes in it. */
  constructor(examples: readonly string[], changes: readonly [from: string, to: string][]) {
    cpSync(path.join(ROOT, '__tests__/e2e/charts/web'), path.join(this.checkout, 'deploy/chart'), { recursive: true });
    mkdirSync(path.join(this.checkout, '.github/workflows'), { recursive: true });
    for (const name of examples) {
      const text = readFileSync(path.join(ROOT, 'examples/workflows', name), 'utf8');
      const changed = changes.reduce((all, [from, to]) => all.replaceAll(from, to), text);
      writeFileSync(path.join(this.checkout, '.github/workflows', name), changed);
    }
    this.#git('init', '--quiet', '--initial-branch', 'main');
    this.commit('The service');
  }

  /** Commits all that is in the checkout; returns the commit. */
  commit(message: string): string {
    this.#git('add', '.');
    this.#git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.#git('rev-parse', 'HEAD').trim();
  }

  #git(...args: string[]): string {
    const all = ['-C', this.checkout, '-c', 'user.name=dev', '-c', 'user.email=dev@example.com', ...args];
    return execFileSync('git', all, { encoding: 'utf8' });
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.checkout, file), text);
  }

  /** Copies a file or folder of this repository into the checkout, in place of what is there. */
  copy(from: string, to: string): void {
    rmSync(path.join(this.checkout, to), { recursive: true, force: true });
    cpSync(from, path.join(this.checkout, to), { recursive: true });
  }

  /** Changes one text in a file; throws when it is not there. */
  edit(file: string, from: string, to: string): void {
    const text = readFileSync(path.join(this.checkout, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not hold "${from}"`);
    this.write(file, text.replace(from, to));
  }

  /** Runs what an event starts. */
  run(event: ActEvent): Promise<ActResult> {
    const { bin } = theBed();
    const home = mkdtempSync(path.join(this.folder, 'home-'));
    mkdirSync(path.join(home, 'bin'));
    symlinkSync(path.join(bin, event.helm), path.join(home, 'bin', 'helm'));
    symlinkSync(path.join(bin, 'kubectl'), path.join(home, 'bin', 'kubectl'));
    // The runner's own Node 24, under the name by which act looks for it.
    symlinkSync(process.execPath, path.join(home, 'bin', 'node'));
    for (const [name, script] of Object.entries(event.programs ?? {})) {
      writeFileSync(path.join(home, 'bin', name), script, { mode: 0o755 });
    }
    const eventFile = path.join(home, 'event.json');
    writeFileSync(eventFile, JSON.stringify(event.payload));
    const secretFile = path.join(home, 'secrets');
    const secrets = { ...event.secrets, GITHUB_TOKEN: event.token };
    writeFileSync(
      secretFile,
      Object.entries(secrets)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const environment = {
      GITHUB_API_URL: event.githubApiUrl,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: String(event.runId),
      GITHUB_RUN_ATTEMPT: '1',
      ...event.env,
    };
    const args = [event.name, '--workflows', `.github/workflows/${event.workflow}`, '--eventpath', eventFile];
    if (event.job) args.push('--job', event.job);
    args.push(
      '--platform',
      'ubuntu-24.04=-self-hosted',
      '--actor',
      'dev',
      '--no-cache-server',
      '--secret-file',
      secretFile,
    );
    args.push('--action-cache-path', path.join(home, 'cache'), '--log-prefix-job-id');
    for (const [name, value] of Object.entries(environment)) args.push('--env', `${name}=${value}`);
    for (const replaced of this.#published) args.push('--local-repository', replaced);
    const child = spawn(path.join(bin, 'act'), args, {
      cwd: this.checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      // act passes its own PATH on to what it runs.
      env: {
        HOME: home,
        XDG_CACHE_HOME: path.join(home, 'xdg'),
        PATH: `${path.join(home, 'bin')}:/usr/bin:/bin`,
        TMPDIR: tmpdir(),
      },
    });
    if (child.pid) event.onStart?.(child.pid);
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, log })));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
