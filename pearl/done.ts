import { DONE, type Evidence, GAPS, type PlanRow } from '../scripts/readiness-tables.ts';
import type { Facts } from './facts.ts';

/** One line of the plan, whether it holds, and what says so. */
export interface Line {
  text: string;
  holds: boolean;
  evidence: Evidence;
  proof: string;
}

type Ruling = Pick<Line, 'holds' | 'proof'>;
type Judge = (facts: Facts) => Ruling;

const SERVICES = ['interface', 'mesh', 'dashboard'].map((name) => `Deployment/${name}-pearl`);
const BOTS = ['gateway', 'operator'].map((part) => `Deployment/pipecat-daily-bot-pearl-${part}`);
const REDIS = 'StatefulSet/redis-pearl';
const RELEASES = ['redis', 'mesh', 'interface', 'dashboard', 'pipecat-daily-bot'];

/** Each has three ready pods, on three nodes. */
function replicas(wanted: readonly string[]): Judge {
  return ({ workloads }) => {
    const seen = wanted.map((name) => ({ name, ...(workloads[name] ?? { ready: 0, nodes: 0 }) }));
    const proof = seen.map(({ name, ready, nodes }) => `${name.split('/')[1]} ${ready} ready on ${nodes} nodes`);
    return { holds: seen.every(({ ready, nodes }) => ready >= 3 && nodes >= 3), proof: proof.join(', ') };
  };
}

function scaling({ autoscalers }: Facts): Ruling {
  const names = SERVICES.map((service) => service.split('/')[1]);
  const own = names.map((name) => autoscalers.find((one) => one.name === name));
  const fits = (one: Facts['autoscalers'][number] | undefined): boolean =>
    one?.active === true &&
    one.min === 3 &&
    one.max === 10 &&
    ['cpu 80%', 'memory 80%'].every((target) => one.targets.includes(target));
  const proof = own.map((one, at) =>
    one
      ? `${one.name} ${one.min}–${one.max} at ${one.targets.join(', ')}, ScalingActive ${one.active ? 'True' : 'False'}`
      : `${names[at]} has none`,
  );
  return { holds: own.every(fits), proof: proof.join('; ') };
}

function disruption({ budgets, lowestWhileDrained }: Facts): Ruling {
  const wanted = [...SERVICES, ...BOTS, REDIS].map((workload) => workload.split('/')[1] ?? '');
  const missing = wanted.filter((name) => !budgets.some((budget) => budget.name === name && budget.allowed >= 1));
  const proof =
    missing.length > 0
      ? `no budget that lets a pod go: ${missing.join(', ')}`
      : `${wanted.length} budgets with disruptionsAllowed ≥ 1; while a node was drained, never fewer than ${lowestWhileDrained} ready pods of any workload`;
  return { holds: missing.length === 0 && lowestWhileDrained >= 1, proof };
}

function nonRoot({ users, admission }: Facts): Ruling {
  const holds = users.length > 0 && users.every((user) => user >= 1000) && admission === 'restricted';
  const said =
    admission === 'restricted'
      ? 'the namespace enforces `restricted`, and the API server found no pod in it that violates that'
      : `admission: ${admission || 'nothing is enforced'}`;
  return { holds, proof: `runAsUser ${users.join(', ')} in all live pod specs; ${said}` };
}

function redisIsSafe(facts: Facts): Ruling {
  const { holds, proof } = replicas([REDIS])(facts);
  const real = 'failover on real redis-server and redis-sentinel processes: __tests__/pearl/redis.e2e.test.ts';
  return { holds, proof: `Sentinel, ${proof}; ${real}` };
}

function byHelm({ releases }: Facts): Ruling {
  const open = RELEASES.filter((name) => {
    const { status, description = '' } = releases[name] ?? {};
    return status !== 'deployed' || !/^helm-rollout:|^Rollback to /.test(description);
  });
  const last = Object.entries(releases).map(([name, { status, description }]) => {
    return `${name} ${status} by "${description.split(',')[0]}"`;
  });
  return { holds: open.length === 0, proof: `${last.join('; ')}; the images that run are those of the releases` };
}

function noDrift({ drift, diff }: Facts): Ruling {
  const of = (name: string): [string, string] => [drift[name] ?? 'unknown', diff[name] ?? 'unknown'];
  const holds = RELEASES.every((name) => of(name).every((status) => status === 'clean'));
  return { holds, proof: RELEASES.map((name) => `${name}: drift ${of(name).join(', diff ')}`).join('; ') };
}

const both =
  (...judges: Judge[]): Judge =>
  (facts) => {
    const all = judges.map((judge) => judge(facts));
    return { holds: all.every(({ holds }) => holds), proof: all.map(({ proof }) => proof).join('; ') };
  };

/** In the order of docs/readiness.md's tables, whose words, check ids and classes of evidence they take. */
const DONE_JUDGES: readonly Judge[] = [
  replicas(SERVICES),
  replicas(BOTS),
  scaling,
  disruption,
  nonRoot,
  redisIsSafe,
  byHelm,
  noDrift,
];
const GAP_JUDGES: readonly Judge[] = [
  replicas([...SERVICES, ...BOTS, REDIS]),
  scaling,
  disruption,
  redisIsSafe,
  nonRoot,
  both(byHelm, noDrift),
];

/** The plan's definition of done (§6), line by line. Pure: decided on what was read alone. */
export function definitionOfDone(facts: Facts): Line[] {
  return judged(DONE, DONE_JUDGES, facts);
}

/** The plan's gap table (§3), row by row. */
export function gapTable(facts: Facts): Line[] {
  return judged(GAPS, GAP_JUDGES, facts);
}

/** A line holds when its own facts do and no check that stands for it fails on any release. */
function judged(rows: readonly PlanRow[], judges: readonly Judge[], facts: Facts): Line[] {
  return rows.map(({ text, evidence, checks }, at) => {
    const { holds, proof } = judges[at]?.(facts) ?? { holds: false, proof: 'nothing judges this line' };
    const failing = RELEASES.flatMap((name) => {
      const failed = facts.audit[name];
      return failed === undefined
        ? [`${name}: no audit`]
        : failed.filter((id) => checks.includes(id)).map((id) => `${name}: ${id}`);
    });
    const audit =
      failing.length > 0
        ? `failing checks: ${failing.join(', ')}`
        : `${checks.length} ${checks.length === 1 ? 'check passes' : 'checks pass'}`;
    return {
      text: text.replaceAll('`', ''),
      evidence,
      holds: holds && failing.length === 0,
      proof: `${proof} (${audit})`,
    };
  });
}
