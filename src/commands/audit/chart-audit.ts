import { type AuditSetting, audit } from '../../audit/audit.ts';
import { type AuditReport, summarize } from '../../audit/summary.ts';
import type { ServerVersion } from '../../cluster/kubectl.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { ManifestError, parseManifest } from '../../release/manifest.ts';

/** What is audited; hooks among the objects. */
export interface Audited {
  now: readonly KubeObject[];
  /** What it is compared with, and its name; no name: with nothing. */
  before: readonly KubeObject[];
  against: string;
  /** The minor of the cluster; undefined when no cluster was asked. */
  minor?: number;
}

/** The audit of a rendered chart, or undefined when it is off. */
export function chartAudit(
  { audit: mode, 'audit-profile': profile }: Pick<Inputs, 'audit' | 'audit-profile'>,
  { now, before, against, minor }: Audited,
): AuditReport | undefined {
  if (mode === 'off') return undefined;
  const setting: AuditSetting = { profile, ...(minor === undefined ? {} : { minor }) };
  const old = against === '' ? [] : audit(before, setting);
  return summarize(audit(now, setting), old, { profile: profile.name, mode, of: 'the rendered chart', against });
}

/** The objects of a manifest; none of a text that is no manifest: that is the diff's or Helm's to complain of. */
export function objectsIn(text: string, namespace: string): KubeObject[] {
  try {
    return parseManifest(text, namespace);
  } catch (error) {
    if (error instanceof ManifestError) return [];
    throw error;
  }
}

/** Why `audit: enforce` refuses a deploy; undefined when it does not. */
export function auditRefusal(found: AuditReport | undefined): { reason: string; next: string } | undefined {
  if (!found?.red) return undefined;
  const { refused, against } = found;
  const shown = refused.slice(0, 5).join(', ');
  const more = refused.length > 5 ? ` and ${refused.length - 5} more` : '';
  const than = against === '' ? '' : ` that ${against} does not fail`;
  return {
    reason: `audit: enforce: checks of severity high fail${than}: ${shown}${more}`,
    next: 'mend the chart, or exempt the object with the annotation `helm-rollout.io/skip.<check>` and a reason',
  };
}

/** 32 of `32` and of `32+`; undefined when the server says no number. */
export function minorOf({ minor }: ServerVersion): number | undefined {
  const number = Number.parseInt(minor, 10);
  return Number.isNaN(number) ? undefined : number;
}
