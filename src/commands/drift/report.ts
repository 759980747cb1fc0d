import { type DriftCheck, hasDrifted } from '../../drift/check.ts';
import { type Finding, type IgnoredReason, REASONS } from '../../drift/finding.ts';
import { pathText } from '../../drift/path.ts';
import { shownSides } from '../../drift/show.ts';
import { kindInfo } from '../../kubernetes/kinds.ts';
import { titleOf } from '../../kubernetes/object.ts';
import type { DriftReport, DriftRow } from '../../report/drift-report.ts';

/** The findings of a check as a report holds them: short, and without a value of a Secret. */
export function driftReport(check: DriftCheck): DriftReport {
  const { revision, findings, unread, readOnly } = check;
  return {
    against: `revision ${revision.number}, ${revision.status} (${revision.chart})`,
    rows: findings.flatMap((finding) => (finding.verdict === 'ignored' ? [] : [row(finding, finding.verdict)])),
    ignored: ignoredCounts(findings),
    unread,
    notes: notes(readOnly),
    restore: hasDrifted(check) ? restoreWords(check) : '',
  };
}

function row({ object, path, wanted, live, who, when, next }: Finding, verdict: DriftRow['verdict']): DriftRow {
  const stands = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name: object.name } };
  const sides = verdict === 'missing' ? {} : shownSides(stands, path, wanted, live);
  return { object, path: pathText(path), ...sides, verdict, who, ...(when === undefined ? {} : { when }), next };
}

function ignoredCounts(findings: readonly Finding[]): DriftReport['ignored'] {
  return (Object.keys(REASONS) as IgnoredReason[]).flatMap((reason) => {
    const found = findings.filter((finding) => finding.reason === reason);
    const fields = found.slice(0, MOST_FIELDS).map(({ object, path }) => `${titleOf(object)} ${pathText(path)}`.trim());
    return found.length > 0 ? [{ reason, words: REASONS[reason], count: found.length, fields }] : [];
  });
}

/** So many fields of one reason are named. */
const MOST_FIELDS = 1_000;

/** So many of the API server's words are repeated. */
const MOST_PROBLEMS = 3;

function notes({ objects, problems }: DriftCheck['readOnly']): string[] {
  if (objects.length === 0) return [];
  const names = objects.map((object) => `\`${titleOf(object)}\``).join(', ');
  const said = problems.slice(0, MOST_PROBLEMS).map((text) => `\`${text.replaceAll('`', "'")}\``);
  return [
    `Compared read-only, without the API server's own view (a dry run needs \`patch\`): ${names}. It said: ${said.join('; ')}`,
  ];
}

/** The way back to what the release says: what was changed is put back by a rollback to the revision that is deployed already. */
function restoreWords({ revision, findings, method }: DriftCheck): string {
  const drifted = findings.filter(({ verdict }) => verdict !== 'ignored');
  const kept = drifted.filter(({ next }) => next === 'keep');
  const custom = method === 'csa' && kept.some(({ object }) => !kindInfo(object.apiVersion, object.kind));
  const way = `\`command: rollback\` with \`revision: "${revision.number}"\` puts back what the release says`;
  if (kept.length === drifted.length && kept.length > 0) {
    return `No rollback and no upgrade puts this back: ${keptWords(custom)}`;
  }
  return kept.length > 0 ? `${way}; it leaves ${kept.length} of these as they are: ${keptWords(custom)}` : way;
}

function keptWords(custom: boolean): string {
  const fields = 'Helm does not touch fields that the chart does not name';
  return custom ? `${fields}, and applied on the client it does not look at live custom resources` : fields;
}

/** What was changed by hand, in one sentence. */
export function driftSentence({ rows, against }: Pick<DriftReport, 'rows' | 'against'>): string {
  const count = (verdict: DriftRow['verdict']): number => rows.filter((one) => one.verdict === verdict).length;
  const objects = (number: number): string => (number === 1 ? '1 object' : `${number} objects`);
  const [changed, missing, foreign] = [count('drift'), count('missing'), count('foreign')];
  const parts = [
    changed > 0 ? `${changed} ${changed === 1 ? 'field was' : 'fields were'} changed by hand` : '',
    missing > 0 ? `${objects(missing)} of the release ${missing === 1 ? 'is' : 'are'} missing` : '',
    foreign > 0 ? `${objects(foreign)} ${foreign === 1 ? 'is' : 'are'} not this release's` : '',
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : `the cluster agrees with ${against}`;
}
