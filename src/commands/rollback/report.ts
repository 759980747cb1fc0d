import type { KubeObject } from '../../kubernetes/object.ts';
import { refOf, titleOf } from '../../kubernetes/object.ts';
import { isPending, latest, type Revision } from '../../release/history.ts';
import { deploymentOf, takenBack } from '../../release/rollback-target.ts';
import { moment } from '../../report/markdown.ts';
import type { DiffObject, Report, RevisionRow } from '../../report/report.ts';
import type { Draft } from '../draft.ts';
import type { WriterJob } from '../job.ts';
import type { RollbackPlan } from './plan.ts';
import { type RevisionFacts, ROWS } from './revision-facts.ts';

/** The report's part that is known before anything is done: what goes back, and what a rollback cannot bring back. */
export function planOf({ inputs }: WriterJob, plan: RollbackPlan): Pick<Draft, 'undo' | 'diff' | 'warnings'> {
  const { target, current, found, facts } = plan;
  const { number } = target.revision;
  const objects = found.objects.flatMap(({ title, change, noise, lines }): DiffObject[] =>
    change === 'unchanged' ? [] : [{ title, change, noise, lines }],
  );
  const pending = inputs['dry-run'] ? pendingNote(facts.history) : [];
  return {
    undo: {
      from: plan.from,
      to: number,
      commits: takenBack(facts.history, number),
      dryRun: inputs['dry-run'],
    },
    diff: {
      against: `revision ${current.number}, ${current.status} (${current.chart}), which goes back to revision ${number} (${target.revision.chart})`,
      offline: '',
      meaning: found.meaning.parts.map(({ label, value }) => ({ label, value })),
      objects,
      unchanged: found.counts.unchanged,
      notChecked: [],
    },
    warnings: [...pending, ...(inputs['dry-run'] ? driftNotes(plan) : []), ...lossesOf(plan)],
  };
}

/** True when the release waits for somebody's operation to end. */
function pendingNote(history: readonly Revision[]): string[] {
  const newest = latest(history);
  if (!isPending(newest)) return [];
  return [`Revision ${newest?.number} is ${newest?.status}: it would be settled first, when its holder is dead`];
}

/** What differs between what runs and what the current revision says. */
function driftNotes({ facts }: RollbackPlan): string[] {
  return facts.hotFixes.map(
    ({ workload, from, to }) => `Drift: \`${titleOf(workload)}\` ran \`${to}\` although the release said \`${from}\``,
  );
}

/** What a rollback does not bring back, as far as this one touches it. */
export function lossesOf({
  found,
  hooks,
  facts,
  current,
}: Pick<RollbackPlan, 'found' | 'hooks' | 'facts' | 'current'>): string[] {
  const titles = hooks.filter(runsWithUpgrades).map((object) => `\`${titleOf(refOf(object))}\``);
  const claims = facts.all.some(({ kind }) => kind === 'PersistentVolumeClaim' || kind === 'StatefulSet');
  const definitions = facts.all.some(({ kind }) => kind === 'CustomResourceDefinition');
  return [
    ...found.warnings.map(({ message }) => aboutRollback(message).replace(/\.$/, '')),
    ...(titles.length > 0
      ? [`What the hooks of revision ${current.number} did is not undone: ${titles.join(', ')}`]
      : []),
    ...(claims
      ? ['Data in volumes stays as the newer revision has left it, and a claim that has grown does not shrink']
      : []),
    ...(definitions
      ? ['Definitions (CRDs) go back with the templates; objects of a kind that they no longer serve are lost']
      : []),
  ];
}

/** The diff speaks of upgrades. */
function aboutRollback(message: string): string {
  return message
    .replace(/\bthe upgrade\b/g, 'the rollback')
    .replace(/\bthis upgrade\b/g, 'this rollback')
    .replace(/\bright before the rollback\b/g, 'before the rollback');
}

function runsWithUpgrades(object: KubeObject): boolean {
  const events = object.metadata.annotations?.['helm.sh/hook'] ?? '';
  return /\b(pre|post)-(install|upgrade)\b/.test(events);
}

/** The report with the table that a rollback is chosen by. */
export function withRows(report: Report, known: RevisionFacts): Report {
  return { ...report, history: report.history.map((row) => rowOf(row, report, known)) };
}

function rowOf(row: RevisionRow, report: Report, known: RevisionFacts): RevisionRow {
  const { status, undo, history } = report;
  const chosen = undo?.to === row.number;
  // Commit and person have columns of their own.
  const description = row.note.replace(/^(← newest · )?(last healthy · )?/, '').replace(/,? ?helm-rollout: .*$/, '');
  const marks = [row.number === history[0]?.number ? '← newest' : '', chosen ? '← this one' : '', description];
  const extra = known.rows.get(row.number) ?? { healthy: false };
  const healthy = extra.healthy && !(chosen && status === 'rollback-failed');
  return { ...row, ...extra, healthy, note: marks.filter((mark) => mark && mark !== 'last healthy').join(' · ') };
}

/** The same table for the log, before anything is done; oldest last. */
export function tableLines(history: readonly Revision[], known: RevisionFacts): string[] {
  const rows = history.slice(-ROWS).toReversed();
  const cells = rows.map((revision) => {
    const { commit, by } = deploymentOf(revision, history);
    const { images = [], healthy } = known.rows.get(revision.number) ?? {};
    return [
      String(revision.number),
      moment(revision.updated),
      revision.status,
      revision.chart,
      images.join(', '),
      commit || '-',
      by || '-',
      healthy ? 'healthy' : '-',
    ];
  });
  const table = [['revision', 'time', 'status', 'chart', 'images', 'commit', 'who', ''], ...cells];
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The helm diff of what goes back, for the log. */
export function diffLines({ found, target, current }: RollbackPlan): string[] {
  const touched = found.objects.filter(({ change }) => change !== 'unchanged');
  const head = `From revision ${current.number} back to ${target.revision.number}: ${touched.length} objects change`;
  return [head, ...touched.flatMap(({ title, lines }) => [`${title}:`, ...lines])];
}
