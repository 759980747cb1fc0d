import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Container } from 'kubernetes-types/core/v1.d.ts';
import type { RenderedRedis } from './redis-chart.ts';
import { RedisClient, type Reply } from './redis-client.ts';

export type Program = 'redis' | 'sentinel';

/** What stands in for a pod's world: names become loopback addresses, mounts become folders. */
export interface World {
  /** Host name of each member, as the chart renders it, and the address that takes its place. */
  addresses: Map<string, string>;
  ports: { redis: number; sentinel: number };
  password: string;
}

/** One pod of the StatefulSet as two processes on an address of its own, run by the chart's own commands and scripts. */
export class Member {
  readonly address: string;
  readonly folder: string;
  readonly #pod: string;
  readonly #rendered: RenderedRedis;
  readonly #world: World;
  readonly #running = new Map<Program, ChildProcess>();

  constructor(index: number, folder: string, rendered: RenderedRedis, world: World) {
    this.#pod = `redis-pearl-${index}`;
    this.address = [...world.addresses.values()][index] ?? '';
    this.folder = path.join(folder, this.#pod);
    this.#rendered = rendered;
    this.#world = world;
    mkdirSync(this.#data, { recursive: true });
    mkdirSync(this.#config);
    for (const [name, text] of Object.entries(rendered.files)) {
      writeFileSync(path.join(this.#config, name), text.replaceAll('bind * -::*', `bind ${this.address}`));
    }
  }

  get #data(): string {
    return path.join(this.folder, 'data');
  }

  get #config(): string {
    return path.join(this.folder, 'config');
  }

  /** What both processes and their scripts wrote. */
  get log(): string {
    return readFileSync(path.join(this.folder, 'log'), 'utf8');
  }

  start(...programs: Program[]): void {
    for (const program of programs) {
      const container = this.#rendered[program];
      const [command = '', ...args] = this.#local(container.command ?? []);
      const child = spawn(command, args, { env: this.#env(container), stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => appendFileSync(path.join(this.folder, 'log'), chunk));
      }
      this.#running.set(program, child);
    }
  }

  /** As the kubelet stops a container: resolves when the processes are gone, by SIGTERM or 15 s later by SIGKILL. */
  async stop(...programs: Program[]): Promise<void> {
    await this.#end('SIGTERM', programs);
  }

  /** kill -9; resolves when the processes are gone. */
  async kill(...programs: Program[]): Promise<void> {
    await this.#end('SIGKILL', programs);
  }

  async #end(signal: NodeJS.Signals, programs: Program[]): Promise<void> {
    await Promise.all(
      programs.map(async (program) => {
        const child = this.#running.get(program);
        this.#running.delete(program);
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill(signal);
        const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
        await gone;
        clearTimeout(late);
      }),
    );
  }

  /** The volume is another one, empty. */
  loseVolume(): void {
    rmSync(this.#data, { recursive: true });
    mkdirSync(this.#data);
  }

  /** True when the kubelet would call the container ready. */
  isReady(program: Program): boolean {
    try {
      this.#run(program, this.#rendered[program].readinessProbe?.exec?.command ?? ['false']);
      return true;
    } catch {
      return false;
    }
  }

  /** Runs the container's preStop hook to its end. */
  preStop(): Promise<number | null> {
    const container = this.#rendered.redis;
    const [command = '', ...args] = this.#local(container.lifecycle?.preStop?.exec?.command ?? []);
    const child = spawn(command, args, { env: this.#env(container), stdio: 'ignore' });
    return new Promise((resolve) => child.once('exit', resolve));
  }

  /** A connection to this member, logged in. */
  async connect(program: Program): Promise<RedisClient> {
    const client = new RedisClient(this.address, this.#world.ports[program]);
    await client.call('AUTH', this.#world.password);
    return client;
  }

  /** One command on a connection of its own; undefined when the member does not answer. */
  async ask(program: Program, ...words: string[]): Promise<Reply | undefined> {
    try {
      const client = await this.connect(program);
      try {
        return await client.call(...words);
      } finally {
        client.close();
      }
    } catch {
      return undefined;
    }
  }

  #run(program: Program, words: string[]): void {
    const [command = '', ...args] = this.#local(words);
    execFileSync(command, args, { env: this.#env(this.#rendered[program]), stdio: 'ignore' });
  }

  #local(words: string[]): string[] {
    return words.map((word) => word.replace('/etc/redis', this.#config));
  }

  #env(container: Container): NodeJS.ProcessEnv {
    const here: Record<string, string> = {
      CONFIG: this.#config,
      DATA: this.#data,
      LOCAL: this.address,
      POD: this.#pod,
      REDISCLI_AUTH: this.#world.password,
    };
    const rendered = (container.env ?? []).map(({ name, value = '' }) => {
      let text = value.replace('$(POD)', this.#pod);
      for (const [host, address] of this.#world.addresses) text = text.replaceAll(host, address);
      return [name, here[name] ?? text];
    });
    return { PATH: process.env.PATH, ...Object.fromEntries(rendered) };
  }
}
