import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { ROOT } from '../e2e/step.ts';

/** One job of a workflow file of ours. */
export interface Job {
  file: string;
  name: string;
  /** The action's command that it runs, by itself or through a reusable workflow; empty when it runs none. */
  command: string;
  permissions: Record<string, string> | undefined;
  /** The lines of its `permissions:`, comments included. */
  permissionLines: string[];
  /** The comment at the head of all jobs. */
  jobsComment: string;
  body: Record<string, unknown>;
}

/** A workflow file of ours. */
export interface Workflow {
  file: string;
  text: string;
  body: Record<string, unknown>;
}

/** What GitHub's API asks of a job with this command, beside `contents` for the checkout and `id-token` for an AWS role. */
export const NEEDED: Record<string, string[]> = {
  diff: ['pull-requests: write'],
  deploy: ['actions: read', 'pull-requests: write'],
  rollback: ['actions: read', 'contents: read', 'pull-requests: write'],
  drift: ['issues: write'],
};

const COMMANDS: Record<string, string> = { preview: 'diff', deploy: 'deploy', rollback: 'rollback', drift: 'drift' };

/** The workflow files in these folders. */
export function workflowsIn(...folders: string[]): Workflow[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => workflow(path.join(folder, name))),
  );
}

function workflow(file: string): Workflow {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return { file, text, body: parseDocument(text).toJS() as Record<string, unknown> };
}

/** The jobs of one workflow file. */
export function jobsOf(folder: string, name: string): Job[] {
  const file = path.join(folder, name);
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const lines = text.split('\n');
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, keepSourceTokens: true });
  const jobs = (document.toJS() as { jobs: Record<string, Record<string, unknown>> }).jobs;
  const jobsLine = lines.findIndex((line) => line.startsWith('jobs:'));
  return Object.entries(jobs).map(([job, body]) => {
    const node = document.getIn(['jobs', job, 'permissions'], true);
    const range = isMap(node) ? node.range : undefined;
    const from = range ? counter.linePos(range[0]).line - 1 : 0;
    const to = range ? counter.linePos(range[2]).line - 1 : -1;
    return {
      file,
      name: job,
      command: commandOf(body),
      permissions: body.permissions as Record<string, string> | undefined,
      permissionLines: lines.slice(from, to + 1),
      jobsComment: lines[jobsLine] ?? '',
      body,
    };
  });
}

interface StepBody {
  uses?: string;
  with?: { command?: string };
}

function commandOf({ uses, steps }: { uses?: string; steps?: StepBody[] }): string {
  const reusable = /^helm-rollout\/helm-rollout\/\.github\/workflows\/(\w+)\.yml@v1$/.exec(uses ?? '')?.[1];
  if (reusable) return COMMANDS[reusable] ?? '';
  const step = (steps ?? []).find((one) => one.uses?.startsWith('helm-rollout/helm-rollout@'));
  // The one expression is "uninstall when closed, else deploy", which needs what a deploy needs.
  return step ? (step.with?.command ?? 'deploy').replace(/^\$\{\{.*'(\w+)' \}\}$/, '$1') : '';
}
