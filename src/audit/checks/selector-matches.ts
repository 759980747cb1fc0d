import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import { at, isMap, items } from '../../diff/values.ts';
import { kindInfo } from '../../kubernetes/kinds.ts';
import { groupOf, type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import { oncePerRelease } from '../availability/once.ts';
import { yaml } from '../availability/remedies.ts';
import {
  findings,
  listed,
  objectsOf,
  type Says,
  sameNamespace,
  shown,
  unreadable,
  unreadWorkloads,
} from '../availability/say.ts';
import { ownerOfPort, portsOf, servicesOf } from '../availability/services.ts';
import type { AuditFacts, Check } from '../check.ts';
import { labelsAt, selects, selectsByMap } from '../label-selector.ts';
import type { Subject } from '../subject.ts';

/** A Service, NetworkPolicy or disruption budget that selects nothing, and a Service whose named port nobody has. */
export const selectorMatches: Check = {
  id: 'selector-matches',
  title: 'selectors find their pods',
  section: '',
  severity: 'high',
  run: (facts) => [
    ...servicesOf(facts).flatMap((service) =>
      findings('selector-matches', refOf(service), judgeService(service, facts)),
    ),
    ...objectsOf(facts, 'NetworkPolicy', 'networking.k8s.io').flatMap((policy) =>
      findings(
        'selector-matches',
        refOf(policy),
        judgeSelector(policy, 'spec.podSelector', at(policy, 'spec', 'podSelector'), facts),
      ),
    ),
    ...objectsOf(facts, 'PodDisruptionBudget', 'policy').flatMap((budget) =>
      findings(
        'selector-matches',
        refOf(budget),
        budget.apiVersion === 'policy/v1'
          ? judgeSelector(budget, 'spec.selector', at(budget, 'spec', 'selector'), facts)
          : unreadable(budget),
      ),
    ),
  ],
};

type Selects = (labels: Readonly<Record<string, string>>) => boolean;

function judgeService(service: KubeObject, facts: AuditFacts): Says {
  const selector = at(service, 'spec', 'selector') ?? undefined;
  if (selector === undefined || (isMap(selector) && Object.keys(selector).length === 0)) {
    return { verdict: 'skip', read: 'spec.selector: not set', reason: 'its endpoints are set by something else' };
  }
  const read = `spec.selector: ${pairs(selector)}`;
  const found = chosen(service, facts, (labels) => selectsByMap(selector, labels));
  if (found.length > 0) return judgePorts(service, lasting(found), read);
  return nothing(service, read, 'selector', facts, (labels) => selectsByMap(selector, labels));
}

function judgePorts(service: KubeObject, found: readonly Subject[], read: string): Says {
  const named = portsOf(service).filter(({ target }) => typeof target === 'string');
  for (const port of named) {
    const without = found.filter((subject) => ownerOfPort(subject, port) === undefined);
    if (without.length === 0) continue;
    const who = listed(without.map(({ ref }) => titleOf(ref)));
    const reason = `no container of ${who} has a port of this name and protocol ${port.protocol}, so no traffic arrives there`;
    const portRead = `spec.ports targetPort: ${shown(port.target)}`;
    return { verdict: without.length === found.length ? 'fail' : 'warn', read: portRead, reason };
  }
  return { verdict: 'pass', read, reason: `it selects ${listed(found.map(({ ref }) => titleOf(ref)))}` };
}

/** Jobs and hooks often share the labels of a service and serve no port: they count only where there is nothing else. */
function lasting(found: readonly Subject[]): readonly Subject[] {
  const others = found.filter(({ hook, ref }) => !hook && ref.kind !== 'Job' && ref.kind !== 'CronJob');
  return others.length > 0 ? others : found;
}

function judgeSelector(object: KubeObject, path: string, selector: unknown, facts: AuditFacts): Says {
  const matches: Selects = (labels) => selects(selector as LabelSelector | undefined, labels);
  const read = `${path}: ${pairs(isMap(selector) ? (selector.matchLabels ?? {}) : selector)}`;
  if (selectsAll(object, selector)) {
    return { verdict: 'pass', read, reason: 'it selects pods whatever labels they have' };
  }
  const found = chosen(object, facts, matches);
  if (found.length > 0) {
    return { verdict: 'pass', read, reason: `it selects ${listed(found.map(({ ref }) => titleOf(ref)))}` };
  }
  return nothing(object, read, path.replace('spec.', ''), facts, matches);
}

/** An absent podSelector of a NetworkPolicy is an empty one; the absent selector of a budget selects nothing. */
function selectsAll({ kind }: KubeObject, selector: unknown): boolean {
  if (!isMap(selector)) return kind === 'NetworkPolicy' && (selector === undefined || selector === null);
  return Object.keys(selector.matchLabels ?? {}).length === 0 && items(selector.matchExpressions).length === 0;
}

function chosen(object: KubeObject, facts: AuditFacts, matches: Selects): Subject[] {
  return facts.subjects.filter(({ ref, podLabels }) => sameNamespace(ref, refOf(object)) && matches(podLabels));
}

function nothing(object: KubeObject, read: string, field: string, facts: AuditFacts, matches: Selects): Says {
  const pod = facts.live?.pods.find(
    (one) => sameNamespace(refOf(one), refOf(object)) && matches(labelsAt(one, 'metadata')),
  );
  if (pod !== undefined) return { verdict: 'pass', read, reason: `it selects ${titleOf(refOf(pod))} in the cluster` };
  const makers = podMakers(facts).filter((one) => sameNamespace(refOf(one), refOf(object)));
  const unread = [...makers, ...unreadWorkloads(facts)];
  if (unread.length > 0) {
    const names = listed([...new Set(unread.map((one) => titleOf(refOf(one))))]);
    return {
      verdict: 'unknown',
      read,
      reason: `it selects no workload of the release, but may select pods that ${names} makes`,
    };
  }
  const near = facts.subjects.filter(({ ref, hook }) => !hook && sameNamespace(ref, refOf(object)));
  if (near.length === 0) {
    return {
      verdict: 'unknown',
      read,
      reason: 'the release has no workload in this namespace, so it must be meant for others',
    };
  }
  const [only, ...others] = near;
  const remedy = only !== undefined && others.length === 0 ? remedyFor(object, field, only) : '';
  const reason = `it selects no pod of ${listed(near.map(({ ref }) => titleOf(ref)))}, so it does nothing`;
  return { verdict: 'fail', read, reason, remedy };
}

/** A map is merged, so the keys that are wrong are set to null. */
function remedyFor(object: KubeObject, field: string, { object: workload, podLabels }: Subject): string {
  const own = at(workload, 'spec', 'selector', 'matchLabels');
  const labels = isMap(own) && Object.keys(own).length > 0 ? own : podLabels;
  const isService = object.kind === 'Service';
  const written = isService ? at(object, 'spec', field) : at(object, 'spec', field, 'matchLabels');
  const wrong = isMap(written) ? Object.keys(written).filter((key) => !Object.hasOwn(labels, key)) : [];
  const right = { ...Object.fromEntries(wrong.map((key) => [key, null])), ...labels };
  return yaml({ spec: { [field]: isService ? right : { matchLabels: right, matchExpressions: [] } } });
}

/** Groups of custom resources that never make pods which a chart's own Service could be meant for. */
const NO_PODS =
  /(^|\.)(external-secrets\.io|bitnami\.com|secrets-store\.csi\.x-k8s\.io|secrets\.hashicorp\.com|cert-manager\.io|keda\.sh|gateway\.networking\.k8s\.io|istio\.io|traefik\.io|k8s\.aws|snapshot\.storage\.k8s\.io|cilium\.io|kyverno\.io|autoscaling\.k8s\.io)$/;
const MONITORS: ReadonlySet<string> = new Set([
  'ServiceMonitor',
  'PodMonitor',
  'PrometheusRule',
  'Probe',
  'ScrapeConfig',
  'AlertmanagerConfig',
]);

const podMakers = oncePerRelease((facts) => facts.objects.filter(makesPods));

function makesPods({ apiVersion, kind }: KubeObject): boolean {
  const group = groupOf(apiVersion);
  const builtIn =
    kindInfo(apiVersion, kind) !== undefined || group === '' || !group.includes('.') || group.endsWith('.k8s.io');
  return !builtIn && !NO_PODS.test(group) && !MONITORS.has(kind);
}

function pairs(selector: unknown): string {
  if (!isMap(selector)) return shown(selector);
  const all = Object.entries(selector).map(([key, value]) => `${key}=${shown(value)}`);
  return all.length === 0 ? 'empty' : all.join(', ');
}
