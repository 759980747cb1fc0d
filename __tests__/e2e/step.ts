import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../../src/report/report.ts';
import type { Bed } from '../../testbed/bed.ts';
import { assertLeft, violationsAt } from './left-behind.ts';

export type HelmName = 'helm3' | 'helm4';
export const HELMS: HelmName[] = ['helm3', 'helm4'];
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** The bed that bed-up.ts started or found. */
export function theBed(): Bed {
  const json = process.env.HELM_ROLLOUT_BED;
  if (!json) throw new Error('no test bed: run the e2e tests through npm run test:e2e');
  return JSON.parse(json) as Bed;
}

export interface StepOptions {
  helm: HelmName;
  /** Inputs by their names in action.yml. */
  inputs: Record<string, string>;
  env?: Record<string, string>;
  /** The event's JSON. */
  event?: unknown;
  githubApiUrl?: string;
  /** The checkout that the step works in; that of the test charts when not given. */
  workspace?: string;
}

/** How a process of the step ended, and what it left in the runner's files. */
export interface StepResult {
  code: number;
  signal: NodeJS.Signals | null;
  log: string;
  /** The log as GitHub shows it: the runner takes the lines out by which secrets are masked. */
  shown: string;
  outputs: Record<string, string>;
  summary: string;
  report?: Report;
}

/** One step of a job, run exactly as a runner runs it: INPUT_*, GITHUB_* files, main, then post with main's state. */
export class Step {
  readonly folder: string;
  readonly #options: StepOptions;
  #count = 0;

  /** `inputs` on top of what the test chart needs; `set` is the place to choose what its pods do. */
  constructor(options: StepOptions) {
    this.#options = options;
    this.folder = mkdtempSync(path.join(tmpdir(), 'step-'));
    mkdirSync(path.join(this.folder, 'temp'));
    mkdirSync(path.join(this.folder, 'bin'));
    const { bin } = theBed();
    symlinkSync(path.join(bin, options.helm), path.join(this.folder, 'bin', 'helm'));
    symlinkSync(path.join(bin, 'kubectl'), path.join(this.folder, 'bin', 'kubectl'));
    writeFileSync(path.join(this.folder, 'event.json'), JSON.stringify(options.event ?? {}));
  }

  /** The folder that RUNNER_TEMP names. */
  get temp(): string {
    return path.join(this.folder, 'temp');
  }

  /** The main process, at work. */
  startMain(): Running {
    return this.#start({});
  }

  async main(): Promise<StepResult> {
    return this.startMain().ended;
  }

  /** main to its end; throws with its log when it is not what was expected, so that set-up never fails silently. */
  async mainAs(status: string): Promise<StepResult> {
    const result = await this.main();
    if (result.outputs.status !== status)
      throw new Error(`expected ${status}, got ${result.outputs.status}:\n${result.log}`);
    return result;
  }

  /** The post process, with the state that main left. */
  async post(): Promise<StepResult> {
    const saved = parseFile(read(this.#file('state')));
    return this.#start(Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value])))
      .ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }

  #start(extra: Record<string, string>): Running {
    this.#count += 1;
    const output = this.#file(`output-${this.#count}`);
    const summary = this.#file(`summary-${this.#count}`);
    const state = this.#file('state');
    for (const file of [output, summary]) writeFileSync(file, '');
    if (this.#count === 1) writeFileSync(state, '');
    const { inputs, env, githubApiUrl, workspace } = this.#options;
    const child = spawn(process.execPath, [path.join(ROOT, 'dist/index.cjs')], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: process.env.HOME,
        PATH: `${this.#file('bin')}:/usr/bin:/bin`,
        KUBECONFIG: theBed().kubeconfig,
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_RUN_ID: '4711',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTOR: 'dev',
        GITHUB_JOB: 'deploy',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_EVENT_PATH: this.#file('event.json'),
        GITHUB_SHA: 'c0ffee0123456789c0ffee0123456789c0ffee01',
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_API_URL: githubApiUrl ?? 'http://127.0.0.1:9',
        GITHUB_WORKSPACE: workspace ?? path.join(ROOT, '__tests__/e2e'),
        GITHUB_OUTPUT: output,
        GITHUB_STATE: state,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: this.temp,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
        ...env,
        ...extra,
      },
    });
    return { child, ended: ending(child, output, summary, githubApiUrl), log: collect(child) };
  }
}

/** A process of the step that is at work. */
export interface Running {
  child: ChildProcess;
  ended: Promise<StepResult>;
  /** What it has printed so far. */
  log: () => string;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

/** Rejects when what the step left, or what it asked of the GitHub stand-in, is not as it should be. */
async function ending(
  child: ChildProcess,
  output: string,
  summary: string,
  githubApiUrl: string | undefined,
): Promise<StepResult> {
  const log = collect(child);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const outputs = parseFile(read(output));
  const file = outputs.report;
  const report = file ? (JSON.parse(read(file)) as Report) : undefined;
  assertLeft(report, await violationsAt(githubApiUrl));
  const shown = log().replaceAll(/^::add-mask::.*$/gm, '');
  return { code: code ?? -1, signal, log: log(), shown, outputs, summary: read(summary), report };
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** The runner's file format: `name<<delimiter`, lines, delimiter; later ones win. */
function parseFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pattern = /^(?<name>[^\n]+?)<<(?<end>\S+)\n(?<value>[\s\S]*?)\n?\k<end>$/gm;
  for (const { groups } of text.matchAll(pattern)) found[groups?.name ?? ''] = groups?.value ?? '';
  return found;
}
