import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type HelmName, ROOT, Step, type StepResult } from '../__tests__/e2e/step.ts';
import { type PearlSystem, pearlSystems } from '../examples/pearl/systems.ts';
import type { Bed } from '../testbed/bed.ts';

export const NAMESPACE = 'pearl';

const execute = promisify(execFile);

/** What a person's `kubectl set image` changed: the tag that the release has, and the one that runs. */
export interface HotFix {
  workload: string;
  container: string;
  from: string;
  to: string;
}

/** Pearl on the bed: a checkout of its charts and values, and the action as a runner runs it. */
export class Place {
  readonly bed: Bed;
  readonly helm: HelmName;
  readonly out: string;
  readonly systems: readonly PearlSystem[];
  /** The team's repository: what is adopted is written here, never into examples/. */
  readonly checkout = mkdtempSync(path.join(tmpdir(), 'pearl-'));
  readonly #stopped: AbortSignal;
  #steps = 0;

  constructor(bed: Bed, helm: HelmName, out: string, stopped: AbortSignal) {
    this.bed = bed;
    this.helm = helm;
    this.out = out;
    this.#stopped = stopped;
    cpSync(path.join(ROOT, 'examples/pearl'), this.checkout, { recursive: true });
    this.systems = pearlSystems();
    mkdirSync(out, { recursive: true });
    // The step of the e2e tests takes its bed from here.
    process.env.HELM_ROLLOUT_BED = JSON.stringify(bed);
  }

  /** Throws with the program's own words when it fails. */
  async run(program: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: this.bed.kubeconfig };
    const options = { cwd: this.checkout, env, signal: this.#stopped, maxBuffer: 1 << 26 };
    return (await execute(path.join(this.bed.bin, program), args, options)).stdout.trim();
  }

  /** All that kubectl said, warnings of the API server among it. */
  async said(...args: string[]): Promise<string> {
    const env = { ...process.env, KUBECONFIG: this.bed.kubeconfig };
    const { stdout, stderr } = await execute(path.join(this.bed.bin, 'kubectl'), args, { env, signal: this.#stopped });
    return `${stdout}${stderr}`.trim();
  }

  kubectl(...args: string[]): Promise<string> {
    return this.run('kubectl', '--namespace', NAMESPACE, ...args);
  }

  async live<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...args, '--output', 'json')) as T;
  }

  /** A file of examples/pearl as the checkout has it, as the inputs name it. */
  path(file: string): string {
    return path.relative(path.join(ROOT, 'examples/pearl'), file);
  }

  read(file: string): string {
    return readFileSync(path.join(this.checkout, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.checkout, file), text);
  }

  /** One step of a job; leaves its summary, report and log in the output folder. */
  async action(system: PearlSystem, command: string, inputs: Record<string, string> = {}): Promise<StepResult> {
    const chart = this.path(system.chart);
    const all = {
      command,
      release: system.release,
      namespace: NAMESPACE,
      chart,
      timeout: '3m',
      comment: 'never',
      ...inputs,
    };
    const step = new Step({ helm: this.helm, inputs: all, workspace: this.checkout });
    try {
      const main = step.startMain();
      this.#stopped.addEventListener('abort', () => main.child.kill('SIGKILL'), { once: true });
      const result = await main.ended;
      this.#stopped.throwIfAborted();
      this.#steps += 1;
      const name = path.join(this.out, `${String(this.#steps).padStart(2, '0')}-${system.name}-${command}`);
      writeFileSync(`${name}.summary.md`, result.summary);
      writeFileSync(`${name}.report.json`, `${JSON.stringify(result.report, null, 2)}\n`);
      writeFileSync(`${name}.log.txt`, result.log);
      return result;
    } finally {
      step.remove();
    }
  }

  forget(): void {
    rmSync(this.checkout, { recursive: true, force: true });
  }
}
