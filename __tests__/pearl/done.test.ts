import { describe, expect, it } from '@jest/globals';
import { definitionOfDone, gapTable, type Line } from '../../pearl/done.ts';
import type { Facts } from '../../pearl/facts.ts';

const RELEASES = ['redis', 'mesh', 'interface', 'dashboard', 'pipecat-daily-bot'];
const SERVICES = ['interface-pearl', 'mesh-pearl', 'dashboard-pearl'];
const BOTS = ['pipecat-daily-bot-pearl-gateway', 'pipecat-daily-bot-pearl-operator'];

/** Everything as the plan wants it; each test plants one violation. */
function done(): Facts {
  const of = <T>(names: readonly string[], value: () => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, value()]));
  return {
    workloads: {
      ...of(
        [...SERVICES, ...BOTS].map((name) => `Deployment/${name}`),
        () => ({ ready: 3, nodes: 3 }),
      ),
      'StatefulSet/redis-pearl': { ready: 3, nodes: 3 },
    },
    autoscalers: SERVICES.map((name) => ({
      name,
      active: true,
      min: 3,
      max: 10,
      targets: ['cpu 80%', 'memory 80%'],
    })),
    budgets: [...SERVICES, ...BOTS, 'redis-pearl'].map((name) => ({ name, allowed: 1 })),
    users: [1000],
    admission: 'restricted',
    releases: of(RELEASES, () => ({ status: 'deployed', description: 'helm-rollout: deployed by run 1' })),
    drift: of(RELEASES, () => 'clean'),
    diff: of(RELEASES, () => 'clean'),
    audit: of(RELEASES, () => []),
    lowestWhileDrained: 2,
  };
}

/** The numbers of the lines that do not hold, counted from 1. */
const open = (lines: readonly Line[]): number[] => lines.flatMap(({ holds }, at) => (holds ? [] : [at + 1]));
const autoscaler = (facts: Facts, change: Partial<Facts['autoscalers'][number]>): void => {
  Object.assign(facts.autoscalers[0] ?? {}, change);
};

const violations: { what: string; plant: (facts: Facts) => void; done: number[]; gaps: number[] }[] = [
  {
    what: 'a service with two ready pods',
    plant: ({ workloads }) => Object.assign(workloads['Deployment/mesh-pearl'] ?? {}, { ready: 2 }),
    done: [1],
    gaps: [1],
  },
  {
    what: 'a gateway whose pods share a node',
    plant: ({ workloads }) => Object.assign(workloads[`Deployment/${BOTS[0]}`] ?? {}, { nodes: 2 }),
    done: [2],
    gaps: [1],
  },
  {
    what: 'a service that is not there',
    plant: ({ workloads }) => delete workloads['Deployment/dashboard-pearl'],
    done: [1],
    gaps: [1],
  },
  { what: 'no autoscaler', plant: ({ autoscalers }) => autoscalers.pop(), done: [3], gaps: [2] },
  {
    what: 'an autoscaler without metrics',
    plant: (facts) => autoscaler(facts, { active: false }),
    done: [3],
    gaps: [2],
  },
  {
    what: 'an autoscaler that looks at CPU alone',
    plant: (facts) => autoscaler(facts, { targets: ['cpu 80%'] }),
    done: [3],
    gaps: [2],
  },
  { what: 'an autoscaler up to 5', plant: (facts) => autoscaler(facts, { max: 5 }), done: [3], gaps: [2] },
  {
    what: 'a budget that lets nothing go',
    plant: ({ budgets }) => Object.assign(budgets[0] ?? {}, { allowed: 0 }),
    done: [4],
    gaps: [3],
  },
  {
    what: 'a workload that was down while a node was drained',
    plant: (facts) => Object.assign(facts, { lowestWhileDrained: 0 }),
    done: [4],
    gaps: [3],
  },
  { what: 'a container of UID 999', plant: ({ users }) => users.push(999), done: [5], gaps: [5] },
  {
    what: 'a pod that violates `restricted`',
    plant: (facts) => Object.assign(facts, { admission: 'Warning: existing pods …' }),
    done: [5],
    gaps: [5],
  },
  {
    what: 'a Redis of one',
    plant: ({ workloads }) => Object.assign(workloads['StatefulSet/redis-pearl'] ?? {}, { ready: 1 }),
    done: [6],
    gaps: [1, 4],
  },
  {
    what: 'an image that is not the release’s',
    plant: ({ audit }) => audit.mesh?.push('live-image'),
    done: [7, 8],
    gaps: [6],
  },
  {
    what: 'a release that a person deployed',
    plant: ({ releases }) => Object.assign(releases.mesh ?? {}, { description: 'Upgrade complete' }),
    done: [7],
    gaps: [6],
  },
  {
    what: 'a release that failed',
    plant: ({ releases }) => Object.assign(releases.mesh ?? {}, { status: 'failed' }),
    done: [7],
    gaps: [6],
  },
  { what: 'drift', plant: ({ drift }) => Object.assign(drift, { mesh: 'drifted' }), done: [8], gaps: [6] },
  {
    what: 'values that would change something',
    plant: ({ diff }) => Object.assign(diff, { mesh: 'changed' }),
    done: [8],
    gaps: [6],
  },
  { what: 'a drift that is not known', plant: ({ drift }) => delete drift.mesh, done: [8], gaps: [6] },
  {
    what: 'a failing check',
    plant: ({ audit }) => audit.redis?.push('redis-single'),
    done: [6],
    gaps: [4],
  },
  {
    what: 'a release that was not audited',
    plant: ({ audit }) => delete audit.mesh,
    done: [1, 2, 3, 4, 5, 6, 7, 8],
    gaps: [1, 2, 3, 4, 5, 6],
  },
];

describe("the plan's definition of done", () => {
  it('holds, line by line, when everything does', () => {
    expect(open(definitionOfDone(done()))).toEqual([]);
    expect(definitionOfDone(done())).toHaveLength(8);
    expect(open(gapTable(done()))).toEqual([]);
    expect(gapTable(done())).toHaveLength(6);
  });

  it.each(violations)('does not hold with $what', ({ plant, done: lines, gaps }) => {
    const facts = done();
    plant(facts);
    expect({ done: open(definitionOfDone(facts)), gaps: open(gapTable(facts)) }).toEqual({ done: lines, gaps });
  });
});
