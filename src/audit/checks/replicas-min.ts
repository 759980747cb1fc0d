import { refOf } from '../../kubernetes/object.ts';
import { leaderElectionOf } from '../availability/leader-election.ts';
import { notByMorePods } from '../availability/redis.ts';
import { headOf, yaml } from '../availability/remedies.ts';
import { notReplicated, pods, readReplicas } from '../availability/replicated.ts';
import { onWorkloads, type Says } from '../availability/say.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** Fewer pods than the profile asks for; whoever elects a leader is only warned about, since one pod works at a time. */
export const replicasMin: Check = {
  id: 'replicas-min',
  title: 'enough replicas to lose a node',
  section: '1.1',
  severity: 'high',
  run: (facts) => onWorkloads('replicas-min', facts, (subject) => judge(subject, facts)),
};

function judge(subject: Subject, facts: AuditFacts): Says {
  const not = notReplicated(subject);
  if (not !== undefined) return subject.ref.kind === 'Pod' ? { ...not, verdict: 'warn' } : not;
  const store = notByMorePods(subject);
  if (store !== undefined) return store;
  const { minReplicas } = facts.profile.numbers;
  const replicas = subject.replicas ?? 1;
  const read = readReplicas(subject);
  if (replicas >= minReplicas) return { verdict: 'pass', read, reason: `at least ${pods(replicas)} run` };
  const remedy = remedyFor(subject, minReplicas);
  if (replicas === 0) {
    const reason = 'it is or may be scaled to zero, so nothing answers then';
    return { verdict: 'warn', read, reason, remedy };
  }
  const leader = leaderElectionOf(subject, facts);
  if (leader !== undefined) {
    const reason = `${pods(replicas)} instead of ${minReplicas}; it elects a leader (${leader}), so say whether a second one may wait beside it or skip this check with a reason`;
    return { verdict: 'warn', read, reason, remedy };
  }
  const loses = replicas === 1 ? 'the loss of one node stops it' : 'the loss of one node leaves it short';
  return { verdict: 'fail', read, reason: `${pods(replicas)} instead of ${minReplicas}: ${loses}`, remedy };
}

function remedyFor({ scaler }: Subject, minReplicas: number): string {
  if (scaler === undefined) return yaml({ spec: { replicas: minReplicas } });
  const name = scaler.kind === 'ScaledObject' ? 'minReplicaCount' : 'minReplicas';
  return yaml({ ...headOf(refOf(scaler)), spec: { [name]: minReplicas } });
}
