import { kindInfo } from '../kubernetes/kinds.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/** One rule of what the caller may do in a namespace, as a SelfSubjectRulesReview tells it. */
export interface ResourceRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}

/**
 * Whether Helm 4's `watcher` can wait for these objects: it lists and watches every kind of the chart, and hangs on kinds
 * that it does not know in time (https://github.com/helm/helm/issues/32615). True only when all are built in, in this
 * namespace or cluster-wide, and may be watched.
 */
export function mayWatchAll(
  objects: readonly KubeObject[],
  namespace: string,
  rules: readonly ResourceRule[],
): boolean {
  return objects.every((object) => {
    const info = kindInfo(object.apiVersion, object.kind);
    if (!info || (info.namespaced && object.metadata.namespace !== namespace)) return false;
    return ['list', 'watch'].every((verb) => rules.some((rule) => allows(rule, verb, info.group, info.plural)));
  });
}

function allows(rule: ResourceRule, verb: string, group: string, resource: string): boolean {
  const has = (list: string[] | undefined, wanted: string): boolean =>
    list?.some((item) => item === '*' || item === wanted) ?? false;
  // A rule for named objects does not cover a list.
  const everyName = (rule.resourceNames?.length ?? 0) === 0;
  return everyName && has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, resource);
}
