import { titleOf } from '../kubernetes/object.ts';
import type { Evidence } from '../rollout/evidence.ts';
import { code, duration, escapeText, fenced, folded, moment, sentence, table } from './markdown.ts';
import type { Report, Status } from './report.ts';

const HEADLINES: Record<Status, string> = {
  deployed: 'deployed ✅',
  'rolled-back': 'failed ❌ rolled back',
  'rollback-failed': 'failed ❌ and the rollback failed too 🔥',
  uninstalled: 'first install failed ❌ uninstalled',
  failed: 'failed ❌',
  refused: 'refused ⛔ nothing was changed',
  unknown: 'unknown ❔',
};

/** The report as Markdown, for the pull request and for the job summary: what, what it means, what to do, then proof. */
export function renderMarkdown(report: Report): string {
  const parts = [
    `### ⎈ ${escapeText(report.release)} → ${escapeText(report.namespace)} · ${headline(report)}`,
    meaning(report),
    report.warnings.length > 0
      ? `> [!WARNING]\n${report.warnings.map((text) => `> ${sentence(text)}`).join('\n>\n')}`
      : '',
    workloads(report),
    report.evidence ? evidence(report.evidence, report.startedAt) : '',
    history(report),
    footer(report),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function headline(report: Report): string {
  const { status, rollback, revision, tookMs } = report;
  const text = HEADLINES[status];
  if (status === 'deployed') return `${text} revision ${revision ?? '?'} in ${duration(tookMs)}`;
  if (status === 'rolled-back' && rollback)
    return `${text} to revision ${rollback.to}, ${rollback.verified ? 'verified' : 'not verified'}`;
  return text;
}

function meaning(report: Report): string {
  const { status, cause, rollback, reason, next, images } = report;
  const lines: string[] = [];
  if (status === 'deployed') {
    const changed = images.map(({ from, to }) => `**image** ${code(from)} → ${code(to)}`);
    lines.push([...changed, report.drift.length > 0 ? 'hot-fix replaced' : ''].filter(Boolean).join(' · '));
  } else {
    lines.push(`**Why:** ${sentence(reason)}.`);
    if (cause) {
      const lag = Math.max(0, cause.finalAfterMs - cause.seenAfterMs);
      const certain = lag < 50 ? 'certain at once' : `certain ${duration(lag)} later`;
      lines.push(`**Seen** ${duration(cause.seenAfterMs)} after the upgrade began, ${certain}.`);
    }
    if (rollback) lines.push(goneBack(rollback));
    if (next) lines.push(`**Next:** ${sentence(next)}.`);
  }
  return lines.filter(Boolean).join('\n');
}

function goneBack(rollback: NonNullable<Report['rollback']>): string {
  const proof = {
    observed: 'seen healthy before this run',
    recorded: 'deployed healthy by an earlier run',
    assumed: "assumed healthy: only Helm's status says so",
  };
  const images = rollback.restoredImages.map(({ to, from }) => `${code(to)} (the chart says ${code(from)})`).join(', ');
  const kept = images ? ` The images that ran before are back: ${images}.` : '';
  if (rollback.verified) {
    return `**Back** on revision ${rollback.to} (${proof[rollback.proof]}) ${duration(rollback.tookMs)} later, all objects checked.${kept}`;
  }
  return `**Not verified:** revision ${rollback.to}: ${rollback.problems.map(sentence).join('; ')}.${kept}`;
}

function workloads({ workloads: rows }: Report): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => [
    code(titleOf(row.ref)),
    `${row.ready}/${row.desired}`,
    row.tookMs === undefined ? '' : duration(row.tookMs),
    row.done ? '✅' : `⏳ ${escapeText(row.missing)}`,
  ]);
  return table(['workload', 'ready', 'took', ''], cells);
}

function evidence(found: Evidence, startedAt: number): string {
  const node = found.node ? ` (${escapeText(found.node)})` : '';
  const events = found.events.map((event) => [
    `+${duration(Math.max(0, event.at - startedAt))}`,
    `${code(event.reason)} ${escapeText(event.message)}${event.count > 1 ? ` (${event.count}×)` : ''}`,
  ]);
  const body = [
    found.probe ? `Probe: ${code(found.probe)}` : '',
    events.length > 0 ? table(['time', 'event'], events) : 'No events.',
    found.routineEvents > 0 ? `${found.routineEvents} routine events left out.` : '',
    found.previousLog ? `Last lines before it ended:\n\n${fenced(found.previousLog.join('\n'))}` : '',
    found.log ? `Last lines:\n\n${fenced(found.log.join('\n'))}` : '',
    found.log || found.previousLog ? '' : 'No log: the container said nothing or never started.',
  ];
  return folded(`Evidence: ${escapeText(titleOf(found.object))}${node}`, body.filter(Boolean).join('\n\n'));
}

function history({ history: rows, status }: Report): string {
  if (rows.length === 0 || status === 'deployed') return '';
  const cells = rows.map((row) => [
    String(row.number),
    escapeText(row.status),
    escapeText(row.chart),
    moment(row.updated),
    sentence(row.note),
  ]);
  return folded('History', table(['revision', 'status', 'chart', 'time', ''], cells));
}

function footer(report: Report): string {
  const before = report.previousRevision === undefined ? '' : `Before: revision ${report.previousRevision}`;
  const run = report.run.url ? `[run](${report.run.url})` : '';
  const commit = report.run.sha ? code(report.run.sha.slice(0, 7)) : '';
  return `<sub>${[before, commit, `Helm ${report.helmVersion}`, run].filter(Boolean).join(' · ')}</sub>`;
}
