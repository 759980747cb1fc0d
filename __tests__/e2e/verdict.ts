import { expect } from '@jest/globals';
import { Place, webInputs } from './release.ts';
import { type HelmName, Step, type StepResult } from './step.ts';
import type { VerdictCase } from './verdict-cases.ts';

const GOOD = 'registry.example.com/web:1.0.0';

/** Runs one row: a healthy release of three replicas, then the upgrade; checks cause, evidence, history and what is live. */
export async function proveCase(row: VerdictCase, helm: HelmName): Promise<StepResult> {
  const place = new Place('verdict', helm);
  const kind = row.kind ?? 'Deployment';
  const steps: Step[] = [];
  const step = (set: string[]): Step => {
    const made = new Step({
      helm,
      inputs: webInputs(place, [`kind=${kind}`, ...set.map((line) => line.replace('{namespace}', place.namespace))], {
        timeout: row.timeout ?? '90s',
      }),
    });
    steps.push(made);
    return made;
  };
  try {
    await step(['image.tag=1.0.0']).mainAs('deployed');
    await row.before?.(place);
    const running = step(row.set).startMain();
    await row.during?.(place);
    const run = await running.ended;
    const seen = { status: run.outputs.status, rule: row.rule && run.report?.cause?.rule };
    if (seen.status !== row.status || seen.rule !== row.rule)
      throw new Error(`${row.name}: ${JSON.stringify(seen)}\n${run.log}`);
    if (row.status === 'deployed') return run;

    expect(run.code).toBe(1);
    if (row.reason) expect(run.outputs.reason).toMatch(row.reason);
    const { evidence, rollback } = run.report ?? {};
    expect(rollback).toMatchObject({ to: 1, verified: true, problems: [] });
    if (row.evidence === 'events') expect(evidence?.events.length).toBeGreaterThan(0);
    if (row.evidence === 'log') expect(evidence?.log?.length).toBeGreaterThan(0);
    if (row.evidence === 'previous log') expect(evidence?.previousLog?.length).toBeGreaterThan(0);
    expect(place.liveImage(kind)).toBe(GOOD);
    expect(place.ready(kind)).toMatch(/^(\d+)\/\1\/\1$/);
    expect(place.history().at(-1)).toMatchObject({ status: 'deployed', description: 'Rollback to 1' });
    return run;
  } finally {
    for (const made of steps) made.remove();
    place.remove();
  }
}
