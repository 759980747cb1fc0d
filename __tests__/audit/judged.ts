import { type AuditRow, audit } from '../../src/audit/audit.ts';
import type { AuditFacts, Check, LiveFacts } from '../../src/audit/check.ts';
import type { Profile } from '../../src/audit/profile.ts';
import { builtIn } from '../../src/audit/profiles.ts';
import { objects } from './objects.ts';

/** What one check says of a manifest, in the profile `production`. */
export function judged(
  check: Check,
  manifest: string,
  more: Partial<Pick<AuditFacts, 'minor' | 'live'>> = {},
): AuditRow[] {
  const { numbers } = builtIn('production');
  const profile: Profile = { name: 'test', checks: { [check.id]: check.severity }, numbers, exemptions: [] };
  return audit(objects(manifest), { profile, ...more }, [check]);
}

/** `verdict` of each row, with its container: `fail web`. */
export function verdicts(
  check: Check,
  manifest: string,
  more: Partial<Pick<AuditFacts, 'minor' | 'live'>> = {},
): string[] {
  return judged(check, manifest, more).map(({ verdict, container, exempted }) =>
    [exempted === undefined ? verdict : `exempted ${verdict}`, container].filter(Boolean).join(' '),
  );
}

/** A Deployment around a pod's spec in YAML flow style, with annotations on it and on its pods. */
export function deployment(pod: string, { annotations = '{}', podAnnotations = '{}' } = {}): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, annotations: ${annotations}},
  spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}, annotations: ${podAnnotations}}, spec: ${pod}}}}`;
}

/** A pod whose only container has this security context, and whose own is another. */
export function secured(container: string, pod = '{}', more = ''): string {
  return deployment(
    `{${more} securityContext: ${pod}, containers: [{name: web, image: a:1, securityContext: ${container}}]}`,
  );
}

/** The annotation that exempts from a check. */
export function skip(check: string, reason = 'a good one'): string {
  return `{"helm-rollout.io/skip.${check}": ${JSON.stringify(reason)}}`;
}

/** What a cluster holds, nothing by default. */
export function liveFacts(more: Partial<LiveFacts> = {}): LiveFacts {
  return { released: [], pods: [], nodes: [], objects: [], secrets: new Map(), refused: [], ...more };
}

/** Shared rows of the checks that ask every container for one field: each exemption, and Windows. */
export function exemptions(check: Check, bad: string): [string, string, string[]][] {
  const annotated = (where: 'annotations' | 'podAnnotations', reason?: string): string =>
    deployment(`{containers: [{name: web, image: a:1, securityContext: ${bad}}]}`, { [where]: skip(check.id, reason) });
  return [
    ['exempted by annotation', annotated('annotations'), [`exempted fail web`]],
    ['exempted by annotation of the pod template', annotated('podAnnotations'), ['exempted fail web']],
    ['not exempted without a reason, which is said', annotated('annotations', '  '), ['fail web', 'warn']],
    [
      'skipped on Windows',
      deployment(`{os: {name: windows}, containers: [{name: web, image: a:1, securityContext: ${bad}}]}`),
      ['skip'],
    ],
  ];
}
