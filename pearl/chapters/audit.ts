import { NotAsTold } from '../../demo/told.ts';
import type { Scene } from '../scene.ts';

/**
 * `command: audit` with the plan's numbers on every live release; resolves with release → the checks that fail. Throws unless each has some
 * (`red`) or none has any (`green`). Warnings are told and decide nothing.
 */
export async function auditAll({ place, terminal }: Scene, told: 'red' | 'green'): Promise<Record<string, string[]>> {
  const failing: Record<string, string[]> = {};
  const rows: [string, string][] = [];
  for (const system of place.systems) {
    const { outputs, report, log } = await place.action(system, 'audit', { 'audit-profile': 'audit.yaml' });
    const { fail, warn = 0, pass = 0, exempted = 0 } = report?.audit?.counts ?? {};
    if (fail === undefined)
      throw new NotAsTold(`Not as told: the audit of ${system.release} ended as ${outputs.status}.\n${log}`);
    const lines = (report?.audit?.objects ?? []).flatMap(({ ref, lines: all }) =>
      all.map((line) => ({ ref, ...line })),
    );
    failing[system.release] = lines.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
    rows.push([system.release, `${fail} failing, ${warn} warnings, ${pass} passed, ${exempted} exempted`]);
    if (fail > 0 !== (told === 'red')) {
      throw new NotAsTold(
        `Not as told: the audit of ${system.release} has ${fail} failing checks.\n${lines.map(({ ref, check, verdict, read }) => `${ref.kind}/${ref.name} ${check} ${verdict}: ${read}`).join('\n')}`,
      );
    }
  }
  terminal.facts("command: audit with the plan's numbers (examples/pearl/audit.yaml):", rows);
  return failing;
}
