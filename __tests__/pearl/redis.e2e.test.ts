import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cachedPath } from '../../testbed/build.ts';
import { parts } from '../../testbed/parts.ts';
import { renderRedis } from './redis-chart.ts';
import type { Reply } from './redis-client.ts';
import { Member, type World } from './redis-member.ts';

const helm = parts.filter((part) => part.name.startsWith('helm') && part.module !== 'helm-diff').map(cachedPath);
const problem = whyNot();

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has a loopback address for each member';
  const missing = ['redis-server', 'redis-sentinel', 'redis-cli'].filter(
    (program) => spawnSync(program, ['--version']).error !== undefined,
  );
  if (missing.length > 0) return `${missing.join(', ')} missing (Debian: apt-get install redis-server redis-sentinel)`;
  return helm.some((program) => existsSync(program)) ? undefined : 'no Helm yet: npm run testbed -- up builds it';
}

(problem === undefined ? describe : describe.skip)(
  `Redis as the chart configures it${problem ? `: ${problem}` : ''}`,
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'redis-'));
    const network = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    const hosts = [0, 1, 2].map((index) => `redis-pearl-${index}.redis-pearl-nodes.pearl.svc`);
    const world: World = {
      addresses: new Map(hosts.map((host, index) => [host, `${network}.${index + 1}`])),
      ports: { redis: randomInt(20_000, 26_000), sentinel: randomInt(26_000, 32_000) },
      // What a shell, sed or redis.conf could stumble over.
      password: 'pass "word" \\ \'$HOME\' & #1',
    };
    const members: Member[] = [];
    const acknowledged = new Map<string, string>();

    beforeAll(() => {
      const set = ['ports.redis', world.ports.redis, 'ports.sentinel', world.ports.sentinel].map(String);
      const program = helm.find((candidate) => existsSync(candidate)) ?? '';
      const rendered = renderRedis(program, [
        ...['--set', `${set[0]}=${set[1]},${set[2]}=${set[3]}`],
        ...['--set', 'sentinel.downAfterMilliseconds=2500,sentinel.failoverTimeoutMilliseconds=10000'],
        ...['--set', 'config.repl-diskless-sync-delay=0'],
      ]);
      for (const index of hosts.keys()) members.push(new Member(index, folder, rendered, world));
      for (const member of members) member.start('redis', 'sentinel');
    });

    afterAll(async () => {
      for (const member of members) await member.kill('redis', 'sentinel');
      rmSync(folder, { recursive: true });
    });

    const until = async (what: string, done: () => Promise<boolean>): Promise<void> => {
      const deadline = Date.now() + 60_000;
      while (!(await done())) {
        if (Date.now() > deadline) {
          const logs = members.map((member) => `── ${member.folder}\n${member.log.split('\n').slice(-25).join('\n')}`);
          throw new Error(`waited 60 s in vain until ${what}\n${logs.join('\n')}`);
        }
        await sleep(100);
      }
    };

    /** The master on whom all Sentinels agree, no failover under way, with every other member as its replica in step. */
    const settled = async (from?: Member): Promise<Member> => {
      let master: Member | undefined;
      await until(`there is one master${from ? `, not ${from.address}` : ''}, with two replicas`, async () => {
        const told = await Promise.all(
          members.map((each) => each.ask('sentinel', 'sentinel', 'get-master-addr-by-name', 'pearl')),
        );
        const names = new Set(told.map((reply) => (Array.isArray(reply) ? String(reply[0]) : 'nobody')));
        master = members.find((each) => names.size === 1 && names.has(each.address) && each !== from);
        const role = await master?.ask('redis', 'role');
        if (!Array.isArray(role) || role[0] !== 'master' || (role[2] as Reply[]).length !== 2) return false;
        const states = await Promise.all(members.map((each) => each.ask('sentinel', 'sentinel', 'master', 'pearl')));
        if (!states.every((state) => Array.isArray(state) && state[state.indexOf('flags') + 1] === 'master'))
          return false;
        const known = await Promise.all(members.map((each) => each.ask('sentinel', 'sentinel', 'replicas', 'pearl')));
        if (!known.every((replicas) => Array.isArray(replicas) && replicas.length === 2)) return false;
        return members.every((each) => each.isReady('redis') && each.isReady('sentinel'));
      });
      return master as Member;
    };

    /** Writes `count` keys and remembers those that a replica has confirmed. */
    const write = async (to: Member, name: string, count: number): Promise<void> => {
      const client = await to.connect('redis');
      for (let index = 0; index < count; index++) {
        const [key, value] = [`${name}-${index}`, `${name}:${index}`];
        await client.call('SET', key, value);
        if (Number(await client.call('WAIT', '1', '5000')) >= 1) acknowledged.set(key, value);
      }
      client.close();
    };

    /** The first confirmed keys that a member does not hold as they were written. */
    const lost = async (at: Member): Promise<string[]> => {
      const keys = [...acknowledged.keys()];
      let values: Reply | undefined;
      // A promoted replica closes its clients' connections once.
      await until(`${at.address} answers`, async () => {
        values = await at.ask('redis', 'MGET', ...keys);
        return Array.isArray(values);
      });
      return keys.filter((key, index) => (values as Reply[])[index] !== acknowledged.get(key)).slice(0, 5);
    };

    it('starts with the first member as master, and answers nobody without the password', async () => {
      const master = await settled();
      expect(master.address).toBe(members[0]?.address);
      const cli = (port: number): string =>
        execFileSync('redis-cli', ['-h', master.address, '-p', String(port), 'info'], { encoding: 'utf8' });
      expect(cli(world.ports.redis)).toContain('NOAUTH');
      expect(cli(world.ports.sentinel)).toContain('NOAUTH');
      await write(master, 'first', 200);
      expect(acknowledged.size).toBe(200);
      expect(await lost(master)).toEqual([]);
    });

    it('sees a lost write when there is one', async () => {
      const master = await settled();
      acknowledged.set('never-written', 'x');
      expect(await lost(master)).toEqual(['never-written']);
      acknowledged.delete('never-written');
    });

    it('promotes a replica when the master is killed, keeps every confirmed write, and takes the old one back as replica', async () => {
      const old = await settled();
      await write(old, 'before-the-kill', 100);
      await old.kill('redis');
      let next: Member | undefined;
      await until('a replica is master', async () => {
        const roles = await Promise.all(members.map((each) => each.ask('redis', 'role')));
        next = members.find((_each, index) => Array.isArray(roles[index]) && roles[index]?.[0] === 'master');
        return next !== undefined;
      });
      expect(next?.address).not.toBe(old.address);
      expect(await lost(next as Member)).toEqual([]);
      old.start('redis');
      const master = await settled(old);
      expect(master.address).toBe(next?.address);
      await write(master, 'after-the-kill', 100);
      expect(await lost(master)).toEqual([]);
      expect((await old.ask('redis', 'role')) as unknown[]).toEqual(expect.arrayContaining(['slave', master.address]));
    }, 180_000);

    it('hands over before the master stops, without losing a write that goes on meanwhile', async () => {
      const old = await settled();
      let done = false;
      const writer = (async () => {
        const client = await old.connect('redis');
        for (let index = 0; !done; index++) {
          const [key, value] = [`during-${index}`, `during:${index}`];
          // No WAIT: an answered SET alone has to survive a planned hand-over.
          await client.call('SET', key, value);
          acknowledged.set(key, value);
        }
      })().catch((error: Error) => error.message);
      await sleep(200);
      expect(await old.preStop()).toBe(0);
      // As the kubelet does, at once: the hook keeps writes stopped for 20 s more, not for ever.
      await old.stop('redis', 'sentinel');
      done = true;
      const ending = await writer;
      old.start('redis', 'sentinel');
      const master = await settled(old);
      expect(String(ending)).toMatch(/^(connection closed|connection to .* closed|READONLY|UNBLOCKED)/);
      expect([...acknowledged.keys()].filter((key) => key.startsWith('during')).length).toBeGreaterThan(10);
      expect(await lost(master)).toEqual([]);
    }, 180_000);

    it('leaves the master alone when a replica stops', async () => {
      const master = await settled();
      const replica = members.find((each) => each !== master) as Member;
      expect(await replica.preStop()).toBe(0);
      expect((await settled()).address).toBe(master.address);
    }, 180_000);

    it('comes back with the same master and all data when every process was killed at once', async () => {
      const master = await settled();
      await write(master, 'before-the-outage', 50);
      await Promise.all(members.map((member) => member.kill('redis', 'sentinel')));
      for (const member of members) member.start('redis', 'sentinel');
      const again = await settled();
      expect(again.address).toBe(master.address);
      expect(await lost(again)).toEqual([]);
    }, 180_000);

    it('refuses writes while no replica is there to keep them, and takes them again with the first', async () => {
      const master = await settled();
      const others = members.filter((each) => each !== master);
      await Promise.all(others.map((each) => each.kill('redis', 'sentinel')));
      const client = await master.connect('redis');
      const answer = (): Promise<unknown> => client.call('SET', 'alone', 'x').catch((error: Error) => error.message);
      await until('the write is refused', async () => String(await answer()).startsWith('NOREPLICAS'));
      others[0]?.start('redis', 'sentinel');
      await until('the write is taken', async () => (await answer()) === 'OK');
      client.close();
      others[1]?.start('redis', 'sentinel');
      expect((await settled()).address).toBe(master.address);
      expect(await lost(master)).toEqual([]);
    }, 180_000);

    it('does not let a master whose volume is lost come back and empty the others', async () => {
      const old = await settled();
      await old.kill('redis', 'sentinel');
      old.loseVolume();
      old.start('redis', 'sentinel');
      const master = await settled(old);
      expect(old.log).toContain('waiting for the failover');
      expect(await lost(master)).toEqual([]);
      await until('the member without a volume has everything again', async () => (await lost(old)).length === 0);
    }, 180_000);
  },
);
