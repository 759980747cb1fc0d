import { type AuditSetting, audit } from '../audit/audit.ts';
import { type AuditReport, summarize } from '../audit/summary.ts';
import type { ServerVersion } from '../cluster/kubectl.ts';
import type { Inputs } from '../inputs.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { ManifestError, parseManifest } from '../release/manifest.ts';

/** What is audited, as texts that Helm rendered or stores; hooks among them. */
export interface Audited {
  now: readonly string[];
  /** What it is compared with, and its name; no name: with nothing. */
  before: readonly string[];
  against: string;
  /** The minor of the cluster; undefined when no cluster was asked. */
  minor?: number;
}

/** The audit of a rendered chart, or undefined when it is off. A text that is no manifest is the diff's or Helm's to complain of. */
export function chartAudit(
  inputs: Pick<Inputs, 'audit' | 'audit-profile' | 'namespace'>,
  audited: Audited,
): AuditReport | undefined {
  const { audit: mode, 'audit-profile': profile, namespace } = inputs;
  if (mode === 'off') return undefined;
  const setting: AuditSetting = { profile, ...(audited.minor === undefined ? {} : { minor: audited.minor }) };
  const read = (texts: readonly string[]): KubeObject[] => texts.flatMap((text) => objectsIn(text, namespace));
  const before = audited.against === '' ? [] : audit(read(audited.before), setting);
  const context = { profile: profile.name, mode, of: 'the rendered chart', against: audited.against };
  return summarize(audit(read(audited.now), setting), before, context);
}

/** The objects of a manifest; none of a text that is no manifest. */
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
