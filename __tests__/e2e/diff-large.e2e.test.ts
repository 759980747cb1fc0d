import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { startGitHub } from '../../testbed/github/server.ts';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, Step } from './step.ts';

const OBJECTS = 1_000;
const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** A chart of ConfigMaps whose diff has 5 MB of text although its release record stays small. */
function largeChart(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chart-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'templates'));
  writeFileSync(path.join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
  writeFileSync(path.join(folder, 'values.yaml'), 'word: old\n');
  const template = `{{- range $n := until ${OBJECTS} }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: map-{{ $n }}
data:
{{- range $k := until 32 }}
  key-{{ $k }}: {{ $.Values.word }} {{ repeat 6 "some-words-of-a-setting " }}
{{- end }}
{{- end }}
`;
  writeFileSync(path.join(folder, 'templates/maps.yaml'), template);
  return folder;
}

it(`a diff of 5 MB and ${OBJECTS} objects is posted within the limits, and nothing is dropped in silence`, async () => {
  const { seed, random } = seeded();
  const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm4';
  process.stdout.write(`the large diff with ${helm} (HELM_ROLLOUT_SEED=${seed})\n`);
  const where = new Place('many', helm);
  cleanups.push(() => where.remove());
  const chart = largeChart();
  const github = await startGitHub();
  cleanups.push(() => github.close());
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { 'pull-requests': 'write' } });
  github.seedPull({ owner: 'acme', repo: 'shop', number: 7, head: 'feedface'.repeat(5) });

  // A first install: what it compares with is nothing, so each object is text from its first to its last line.
  const inputs = { command: 'diff', chart, 'github-token': 'ghs_job', 'pull-request': '7' };
  const all = webInputs(where, ['word=new'], inputs);
  const step = new Step({ helm, inputs: all, githubApiUrl: github.url, workspace: chart });
  cleanups.push(() => step.remove());
  const run = await step.main();
  expect({ code: run.code, status: run.outputs.status, changed: run.outputs.changed }).toEqual({
    code: 0,
    status: 'changed',
    changed: 'true',
  });

  // All of it is in the file and in the JSON.
  const text = readFileSync(run.outputs.diff ?? '', 'utf8');
  expect(Buffer.byteLength(text)).toBeGreaterThan(5_000_000);
  expect(text.match(/, ConfigMap \(v1\) has been added:$/gm)).toHaveLength(OBJECTS);
  expect(run.report?.diff?.objects).toHaveLength(OBJECTS);

  // The comment and the summary say how many are missing in them, and where they are.
  const comments = github.comments('acme', 'shop', 7).map(({ body }) => body);
  expect(comments).toHaveLength(1);
  for (const [sheet, limit] of [
    [comments[0] ?? '', 60_000],
    [run.summary, 1_000_000],
  ] as const) {
    expect(Buffer.byteLength(sheet)).toBeLessThanOrEqual(limit);
    expect(sheet).toContain(`changes ${OBJECTS.toLocaleString('en').replace(',', '')} objects`);
    const listed = sheet.match(/, ConfigMap \\?\(v1\\?\) has been added/g)?.length ?? 0;
    const [, more = '0'] = /… and ([\d,]+) objects? more/.exec(sheet) ?? [];
    expect(listed + Number(more.replaceAll(',', ''))).toBe(OBJECTS);
    expect(sheet).toMatch(/_Not all fits here: the diff \(.*\)\._ All of it is in /);
    expect(sheet.match(/<details/g)?.length).toBe(sheet.match(/<\/details>/g)?.length);
  }
  expect(github.violations).toEqual([]);
});
