// Writes pods.yaml from source/: kwok renders every step on its own, so the state machine has to stand in each of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const here = import.meta.dirname;
const source = (name: string): string => readFileSync(join(here, 'source', name), 'utf8');

// Seconds after which a pull attempt fails (odd places) or its back-off shows (even places); the kubelet waits 10 s to 5 min.
const pulls = [1, 3, 8, 10, 20, 22, 42, 44, 84, 86, 166, 168, 328, 330, 630, 632, 932];

// One line without comments: the templates are written for readers, kwok caches and prints them as they come.
const squeeze = (text: string): string => text.replace(/^\{\{- \/\*.*\*\/ -\}\}\n/, '').replace(/^ +/gm, '');

const machine = squeeze(source('machine.gotmpl')).replace('@PULLS@', pulls.join(' '));
const due = source('due.jq').replaceAll('@PULLS_JQ@', pulls.join(', '));

interface Match {
  key: string;
  operator: 'Exists' | 'DoesNotExist' | 'In' | 'NotIn';
  values?: string[];
}

const alive: Match = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const bound: Match = { key: '.spec.nodeName', operator: 'Exists' };
const known: Match = { key: '.status.containerStatuses', operator: 'Exists' };
const fails = 'crash|initcrash|oom|flaky|unready|missing|denied|forbidden|badconfig|invalidname|mountfail|starterror';
const ownLogs = `(.spec.initContainers // []) + .spec.containers | any(.image | sub("@.*$"; "") | test(":(${fails})$")) | select(.)`;
const count = '(.spec.initContainers // []) + .spec.containers | length == 1 | select(.)';

const patch = (template: string): object => ({ patch: { subresource: 'status', root: 'status', template } });
const apply = (template: string): object => ({ apply: { type: 'merge', template } });
const slot = (at: number): object => apply(machine + squeeze(source('event.gotmpl')).replaceAll('@SLOT@', String(at)));

function stage(name: string, matches: Match[], steps: object[], delay?: object): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind: 'Pod' },
      selector: { matchExpressions: matches },
      ...(delay ? { delay } : {}),
      steps,
    },
  };
}

function step(name: string, single: boolean, slots: number): object {
  const matches: Match[] = [
    alive,
    known,
    { key: '.status.startTime', operator: 'Exists' },
    { key: '.status.phase', operator: 'NotIn', values: ['Succeeded', 'Failed'] },
    { key: count, operator: single ? 'Exists' : 'DoesNotExist' },
    { key: due, operator: 'Exists' },
  ];
  const steps = [
    patch(machine + squeeze(source('status.gotmpl'))),
    ...Array.from({ length: slots }, (_unused, at) => slot(at)),
  ];
  return stage(name, matches, steps, { durationFrom: { jq: { expression: due } } });
}

/** The pod stages as one YAML text; guarantees that equal sources give equal bytes. */
export function podStages(): string {
  const create = patch(squeeze(source('create.gotmpl')));
  const fresh: Match = { key: '.status.containerStatuses', operator: 'DoesNotExist' };
  const dying: Match = { key: '.metadata.deletionTimestamp', operator: 'Exists' };
  const runs = '[(.status.containerStatuses // [])[] | select(.state.running)] | .[0]';
  const grace = { durationMilliseconds: 150 };
  const stop = patch(squeeze(source('stop.gotmpl')));
  const stages = [
    stage('pod-create', [alive, bound, fresh, { key: ownLogs, operator: 'DoesNotExist' }], [create]),
    stage(
      'pod-create-logged',
      [alive, bound, fresh, { key: ownLogs, operator: 'Exists' }],
      [create, apply(squeeze(source('logs.gotmpl')))],
    ),
    step('pod-step', true, 3),
    step('pod-step-many', false, 9),
    // Two stages, because a namespace that is being deleted refuses the event and what follows it in the same stage.
    stage(
      'pod-stop',
      [dying, bound, { key: runs, operator: 'Exists' }],
      [stop, apply(squeeze(source('killing.gotmpl')))],
      grace,
    ),
    stage('pod-delete', [dying, bound, { key: runs, operator: 'DoesNotExist' }], [{ delete: true }], grace),
  ];
  const head = '# Written by testbed/stages/build.ts from testbed/stages/source; do not edit.\n';
  return head + stages.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

if (import.meta.main) {
  writeFileSync(join(here, 'pods.yaml'), podStages());
}
