import { expect } from '@jest/globals';
import type { DriftReport, DriftRow } from '../../src/report/drift-report.ts';
import { assertReport } from '../report/schema.ts';
import { DRIFTED, type DriftedCase, QUIET } from './drift-cases.ts';
import { Shapes } from './drift-place.ts';
import { until } from './processes.ts';
import type { HelmName, StepResult } from './step.ts';

/** What came of one case. */
export interface DriftResult {
  name: string;
  verdict: string;
  who: string;
  /** What the report said, and what an upgrade of the same chart then did. */
  next?: DriftRow['next'];
  after?: 'overwritten' | 'kept' | 'refused, overwritten by force';
}

const ALL = [...DRIFTED, ...QUIET];
const ACTED = '1970-01-01T00:00:00Z';

/** All of it on one release: people at work, what the action says of it, and what the next upgrade really does. */
export async function proveTable(helm: HelmName): Promise<{ results: DriftResult[]; helmVersion: string }> {
  const apps = [...new Set(ALL.flatMap(({ app }) => app ?? []))];
  const shapes = new Shapes(helm, apps);
  try {
    for (const { before } of ALL) await before?.(shapes);
    shapes.install();
    const sized = (): string => shapes.place.k('get', 'deployment', 'scaled', '--output', 'jsonpath={.spec.replicas}');
    await until('the autoscaler has acted', 60_000, () => sized() === '2');
    for (const { act } of ALL) act?.(shapes);

    const ignore = 'Deployment/ours metadata.annotations';
    const versions = (): string => versionsOf(shapes);
    await settled(versions);
    const before = versions();
    const run = await shapes.drift({ 'drift-ignore': ignore });
    expect(versions()).toBe(before);
    const report = checked(run);
    const results = [
      ...DRIFTED.map((row) => provedRow(row, report, shapes)),
      ...QUIET.map((row) => provedQuiet(row.name, row.reason, fieldOf(row, shapes), report)),
    ];
    expect(strangers(report, shapes)).toEqual([]);
    expect(JSON.stringify(run)).not.toMatch(/correct-horse-battery|battery-staple-horse/);

    const refused = upgradeAsAPerson(shapes);
    const conflicting = report.rows.some(({ next }) => next === 'conflict');
    expect(refused !== undefined).toBe(conflicting);
    if (refused !== undefined) {
      expect(refused).toMatch(/conflict/i);
      shapes.upgrade('--force-conflicts');
    }
    const after = checked(await shapes.drift({ 'drift-ignore': ignore }), ['drifted', 'clean']);
    for (const row of DRIFTED) {
      const result = results.find(({ name }) => name === row.name);
      if (result) result.after = outcomeOf(row, report, after);
    }
    return { results, helmVersion: run.report?.helmVersion ?? '' };
  } finally {
    shapes.remove();
  }
}

function checked(run: StepResult, statuses = ['drifted']): DriftReport {
  const report = run.report?.driftCheck;
  if (!report || !statuses.includes(run.outputs.status ?? '')) {
    throw new Error(`expected ${statuses.join(' or ')}, got ${run.outputs.status} ${run.outputs.reason}:\n${run.log}`);
  }
  assertReport(run.report);
  expect(report.unread).toEqual([]);
  expect(report.notes).toEqual([]);
  return report;
}

const titleOf = ({ object }: DriftRow): string => `${object.kind}/${object.name}`;

function rowOf({ object, path }: Pick<DriftedCase, 'object' | 'path'>, { rows }: DriftReport): DriftRow | undefined {
  return rows.find((row) => titleOf(row) === object && row.path === path);
}

function provedRow(row: DriftedCase, report: DriftReport, shapes: Shapes): DriftResult {
  const found = rowOf(row, report);
  const seen = report.rows.map((one) => `${titleOf(one)} ${one.path}`);
  if (!found) throw new Error(`${row.name}: no row ${row.object} ${row.path} among\n${seen.join('\n')}`);
  const next = shapes.place.helm === 'helm3' ? row.next.csa : row.next.ssa;
  expect({ name: row.name, verdict: found.verdict, next: found.next }).toEqual({
    name: row.name,
    verdict: row.verdict,
    next,
  });
  expect(found.who).toMatch(row.who);
  // `kubectl scale` leaves no time, and what is gone has none.
  if (row.who.source.includes('kubectl') && !row.who.source.includes('scale')) {
    expect(found.when).toBeGreaterThan(Date.parse(ACTED));
  }
  return { name: row.name, verdict: found.verdict, who: found.who, next: found.next };
}

function fieldOf({ object, path }: Pick<DriftedCase, 'object' | 'path'>, { place }: Shapes): string {
  return `${object.replace('{namespace}', place.namespace)} ${path}`;
}

function provedQuiet(name: string, reason: string, field: string, report: DriftReport): DriftResult {
  const group = report.ignored.find((one) => one.reason === reason);
  if (!group?.fields.includes(field)) {
    const where = report.ignored.find(({ fields }) => fields.includes(field))?.reason ?? 'nowhere';
    throw new Error(`${name}: ${field} is not counted as ${reason}, but ${where}`);
  }
  return { name, verdict: `no drift: ${group.words}`, who: '' };
}

/** Rows that nobody's deed explains: false alarms. */
function strangers(report: DriftReport, shapes: Shapes): string[] {
  const expected = new Set(DRIFTED.map((row) => fieldOf(row, shapes)));
  return report.rows.map((row) => `${titleOf(row)} ${row.path}`).filter((text) => !expected.has(text));
}

/** What Helm says when it refuses; undefined when it does not. */
function upgradeAsAPerson(shapes: Shapes): string | undefined {
  try {
    shapes.upgrade();
    return undefined;
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error);
  }
}

function outcomeOf(row: DriftedCase, before: DriftReport, after: DriftReport): DriftResult['after'] {
  const said = rowOf(row, before)?.next;
  const kept = rowOf(row, after) !== undefined;
  // What the report foretold is what happened.
  expect({ name: row.name, kept }).toEqual({ name: row.name, kept: said === 'keep' });
  if (kept) return 'kept';
  return said === 'conflict' ? 'refused, overwritten by force' : 'overwritten';
}

/** What is wanted of each object: the generation, and for kinds without one (or without a controller) the resource version. */
function versionsOf({ place }: Shapes): string {
  const of = (kinds: string, field: string): string =>
    place.k(
      'get',
      kinds,
      '--output',
      `jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.${field}}{"\\n"}{end}`,
    );
  return (
    of('deployments,statefulsets,daemonsets', 'generation') +
    of('configmaps,services,secrets,widgets', 'resourceVersion')
  );
}

/** Controllers finish first: what changes afterwards would be the action's doing. */
async function settled(versions: () => string): Promise<void> {
  let last = '';
  let same = 0;
  await until('the controllers are done', 90_000, () => {
    const now = versions();
    same = now === last ? same + 1 : 0;
    last = now;
    return same >= 4;
  });
}
