import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { down, type PartStatus, startPart, status, stopPart, up } from '../../testbed/bed.ts';
import { isFree, type Ports, pickPorts } from '../../testbed/ports.ts';
import { identityOf } from '../../testbed/process.ts';
import { cli, folderOf, json, processesOf, startCli } from './bed-process.ts';

const quiet = (): void => undefined;
const names = ['one', 'two', 'crash', 'cut', 'stranger', 'ports', 'part'].map((suffix) => `t${process.pid}-${suffix}`);
const [one = '', two = '', crash = '', cut = '', stranger = '', ports = '', part = ''] = names;
const partCount = 7;
const minutes = (count: number): number => count * 60_000;

const takenPorts = async (list: PartStatus[]): Promise<number[]> => {
  const free = await Promise.all(list.map((each) => isFree(each.port)));
  return list.map((each) => each.port).filter((_, index) => !free[index]);
};

afterAll(async () => {
  for (const name of names) await down(name);
}, minutes(2));

describe('two beds', () => {
  it(
    'run side by side, stay as they are on a second up, and leave nothing after down',
    async () => {
      const first = await cli(['up', '--name', one, '--json']);
      const second = await up(two, quiet);
      expect(first.code).toBe(0);
      const bed = json(first);
      expect(bed.server).not.toBe(second.server);
      expect(statSync(String(bed.kubeconfig)).mode & 0o777).toBe(0o600);

      const again = await cli(['up', '--name', one, '--json']);
      expect(again.stderr).toContain('is up already');
      expect(json(again)).toEqual(bed);

      const parts = await status(one);
      expect(parts.filter((each) => each.healthy)).toHaveLength(partCount);
      // The search must be able to find something, or finding nothing later says nothing.
      expect(processesOf(one)).toHaveLength(partCount);
      expect(await takenPorts(parts)).toHaveLength(partCount);

      await down(one);
      expect(processesOf(one)).toEqual([]);
      expect(await takenPorts(parts)).toEqual([]);
      expect(existsSync(folderOf(one))).toBe(false);
      expect((await status(two)).every((each) => each.healthy)).toBe(true);
      expect((await cli(['status', '--name', one])).code).toBe(1);
    },
    minutes(4),
  );
});

describe('a broken bed', () => {
  it(
    'is cleaned up by the next up after kill -9 of etcd and the API server',
    async () => {
      await up(crash, quiet);
      const before = processesOf(crash);
      for (const each of await status(crash)) {
        if (['etcd', 'kube-apiserver'].includes(each.name)) process.kill(each.pid ?? 0, 'SIGKILL');
      }
      await sleep(200);
      expect((await cli(['status', '--name', crash])).code).toBe(1);
      await up(crash, quiet);
      expect((await status(crash)).every((each) => each.healthy)).toBe(true);
      expect(processesOf(crash).filter((pid) => before.includes(pid))).toEqual([]);
    },
    minutes(4),
  );

  it(
    'leaves no process when up itself was killed half-way',
    async () => {
      const half = startCli(['up', '--name', cut]);
      const apiserver = join(folderOf(cut), 'run', 'kube-apiserver.pid');
      const deadline = Date.now() + minutes(1);
      while (!existsSync(apiserver) && Date.now() < deadline) await sleep(20);
      half.kill('SIGKILL');
      expect(processesOf(cut).length).toBeGreaterThanOrEqual(2);
      await down(cut);
      expect(processesOf(cut)).toEqual([]);
    },
    minutes(3),
  );

  it(
    'does not cost a stranger that got the pid of a dead part its life',
    async () => {
      await up(stranger, quiet);
      await stopPart(stranger, 'kube-scheduler');
      const bystander = spawn('sleep', ['300'], { stdio: 'ignore' });
      const pid = bystander.pid ?? 0;
      writeFileSync(join(folderOf(stranger), 'run', 'kube-scheduler.pid'), `${pid} 1\n`);
      await down(stranger);
      expect(identityOf(pid)).toBeDefined();
      bystander.kill('SIGKILL');
    },
    minutes(3),
  );
});

describe('a single part', () => {
  it(
    'can be killed and started again on the same port and data',
    async () => {
      const bed = await up(part, quiet);
      await stopPart(part, 'kube-apiserver');
      const dead = (await status(part)).find((each) => each.name === 'kube-apiserver');
      expect(dead).toMatchObject({ pid: null, healthy: false });
      await startPart(part, 'kube-apiserver');
      const alive = (await status(part)).find((each) => each.name === 'kube-apiserver');
      expect(alive).toMatchObject({ port: dead?.port, healthy: true });
      expect(await up(part, quiet)).toEqual(bed);
      const kubectl = (...args: string[]): string =>
        execFileSync(join(bed.bin, 'kubectl'), ['--kubeconfig', bed.kubeconfig, ...args], { encoding: 'utf8' });
      kubectl('create', 'deployment', 'web', '--image=nginx:1.0');
      // Well under the 40 s for which a killed kwok's leases would keep its successor away from the nodes.
      expect(kubectl('rollout', 'status', 'deployment/web', '--timeout=20s')).toContain('successfully rolled out');
      await expect(stopPart(part, 'kubelet')).rejects.toThrow(/has no part "kubelet".*kube-apiserver/);
    },
    minutes(3),
  );
});

describe('a port taken between the choice and the start', () => {
  it(
    'is answered with other ports, and after three times with the dying part and its last log lines',
    async () => {
      const holder = createServer((socket) => socket.destroy());
      const free = await pickPorts();
      await new Promise<void>((resolve) => holder.listen(free.apiserver, '127.0.0.1', resolve));
      const taken = async (): Promise<Ports> => ({ ...(await pickPorts()), apiserver: free.apiserver });
      let calls = 0;
      let said = '';
      const once = (): Promise<Ports> => (calls++ === 0 ? taken() : pickPorts());
      const listen = (text: string): void => {
        said += text;
      };
      await up(ports, listen, once);
      expect(said).toContain('trying again with other ports');
      expect(calls).toBe(2);
      await down(ports);

      const failure = await up(ports, quiet, taken).catch((error: Error) => error.message);
      expect(failure).toMatch(/^kube-apiserver died\. Its last log lines/);
      expect(failure).toContain(`127.0.0.1:${free.apiserver}: bind: address already in use`);
      expect(processesOf(ports)).toEqual([]);
      holder.close();
    },
    minutes(4),
  );
});

describe('programs that cannot be built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-go-'));
  const env = { HELM_ROLLOUT_CACHE: folder, PATH: folder };
  const fakeGo = (script: string): void => {
    writeFileSync(join(folder, 'go'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'go'), 0o755);
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('without Go, say so and where built programs may be put', async () => {
    const answer = await cli(['up', '--name', `${one}-no-go`], env);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('Go is not on the PATH (Go 1.26 or newer is needed)');
    expect(answer.stderr).toMatch(
      new RegExp(`${folder}/helm-rollout/bin/kube-apiserver-1\\.32\\.0-[0-9a-f]{8}/kube-apiserver`),
    );
  });

  it('with an old Go, name both versions', async () => {
    fakeGo('echo go version go1.22.5 linux/amd64');
    const answer = await cli(['up', '--name', `${one}-old-go`], env);
    expect(answer.stderr).toContain('Go 1.22 is too old (Go 1.26 or newer is needed)');
  });

  it('with a failing build, show its last lines and leave no half-written program', async () => {
    fakeGo(
      '[ "$1" = version ] && echo go version go1.26.0 linux/amd64 && exit; echo verifying module: 404 >&2; exit 1',
    );
    const answer = await cli(['up', '--name', `${one}-bad-go`], env);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(
      /Building actionlint .* failed \(go build in testbed\/go\/actionlint\):\nverifying module: 404/,
    );
    const left = readdirSync(join(folder, 'helm-rollout'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });
});
