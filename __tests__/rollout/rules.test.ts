import { describe, expect, it } from '@jest/globals';
import { containersOf } from '../../src/rollout/containers.ts';
import {
  appliesToHooks,
  containerRule,
  createRule,
  mountRule,
  RULES,
  type RuleId,
  ruleOf,
} from '../../src/rollout/rules.ts';
import {
  type ContainerSpec,
  crashing,
  ended,
  pulling,
  running,
  terminated,
  unknown,
  waiting,
} from './container-states.ts';
import { pod } from './objects.ts';

const oom = { last: ended('OOMKilled', 137) };
const startError = { last: ended('StartError', 128, 'exec: "/app/server": executable file not found in $PATH') };

const STATES: [string, ContainerSpec, RuleId | undefined][] = [
  ['invalid name', waiting('InvalidImageName', 'invalid reference format'), 'image-name-invalid'],
  ['never pulled', waiting('ErrImageNeverPull', 'not present with pull policy of Never'), 'image-never-pulled'],
  ['missing, attempt', pulling('missing'), 'image-not-found'],
  ['missing, back-off', pulling('missing', true), 'image-not-found'],
  ['denied, attempt', pulling('denied'), 'image-denied'],
  ['denied, back-off', pulling('forbidden', true), 'image-denied'],
  ['429', pulling('tooMany'), 'image-pull-transient'],
  [
    'back-off without the error',
    waiting('ImagePullBackOff', 'Back-off pulling image "acme/web:1.5.0"'),
    'image-pull-transient',
  ],
  ['missing secret', waiting('CreateContainerConfigError', 'secret "db" not found'), 'config-missing'],
  ['missing configmap', waiting('CreateContainerConfigError', 'configmap "db" not found'), 'config-missing'],
  ['missing key', waiting('CreateContainerConfigError', "couldn't find key url in Secret pearl/db"), 'config-missing'],
  [
    'cache not synced',
    waiting('CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition'),
    undefined,
  ],
  [
    'cache not synced, after another trouble',
    waiting('CreateContainerConfigError', 'configmap "db" not found: failed to sync configmap cache: timed out'),
    undefined,
  ],
  [
    'root refused',
    waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
    undefined,
  ],
  ['creating', waiting('ContainerCreating'), undefined],
  ['no status yet', unknown(), undefined],
  ['first crash', crashing(0), undefined],
  ['one restart', crashing(1), undefined],
  ['two restarts', crashing(2), 'crash-loop'],
  ['two restarts, exit 0', crashing(2, { last: ended('Completed', 0) }), 'crash-loop'],
  ['OOM, one restart', crashing(1, oom), undefined],
  ['OOM, two restarts', crashing(2, oom), 'out-of-memory'],
  ['OOM, between end and back-off', terminated('OOMKilled', 137, { restarts: 2 }), 'out-of-memory'],
  ['start error, one restart', crashing(1, startError), undefined],
  ['start error, two restarts', crashing(2, startError), 'cannot-start'],
  ['RunContainerError', waiting('RunContainerError', 'exec format error', { restarts: 2 }), 'cannot-start'],
  ['Docker start error', crashing(3, { last: ended('ContainerCannotRun', 127) }), 'cannot-start'],
  ['runs', running(), undefined],
  ['runs after many crashes', running({ restarts: 7, last: ended('Error', 1) }), undefined],
  ['runs after an OOM kill long ago', running({ restarts: 7, ...oom }), undefined],
  ['runs, not ready yet, after an OOM kill', running({ ready: false, restarts: 7, ...oom }), undefined],
  ['runs after start errors', running({ restarts: 4, ...startError }), undefined],
  ['completed after two OOM kills', terminated('Completed', 0, { restarts: 2, ...oom }), undefined],
];

describe('the rule that a container meets', () => {
  it.each(STATES)('%s', (_, container, rule) => {
    const [facts] = containersOf(pod(undefined, { containers: [container] }));
    expect(facts && containerRule(facts)).toBe(rule);
  });
});

describe('mounts', () => {
  it.each([
    ['MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found', 'volume-missing'],
    ['MountVolume.SetUp failed for volume "conf" : configmap "web" not found', 'volume-missing'],
    ['MountVolume.SetUp failed for volume "conf" : references non-existent secret key: tls.crt', 'volume-missing'],
    ['MountVolume.SetUp failed for volume "conf" : references non-existent config key: app.yml', 'volume-missing'],
    [
      'MountVolume.SetUp failed for volume "t" : failed to sync secret cache: timed out waiting for the condition',
      undefined,
    ],
    ['MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32', undefined],
  ])('%s', (message, rule) => {
    expect(mountRule(message)).toBe(rule);
  });
});

describe('pods that may not be created', () => {
  it.each([
    ['pods "web-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3', 'pods-refused'],
    ['pods "web-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', 'pods-refused'],
    ['admission webhook "policy.acme.dev" denied the request: no latest tags', 'pods-refused'],
    ['Pod "web-1" is invalid: spec.containers[0].image: Required value', 'pods-refused'],
    ['failed calling webhook "inject.acme.dev": connect: connection refused', 'pods-not-created'],
    ['Internal error occurred: resource quota evaluation timed out', 'pods-not-created'],
  ])('%s', (message, rule) => {
    expect(createRule(message)).toBe(rule);
  });
});

describe('the rows', () => {
  it('are the classes and thresholds of the design, worst first', () => {
    const row = ({ id, class: name, final }: (typeof RULES)[number]): unknown[] =>
      final === 'never' ? [id, name, 'never'] : [id, name, final.standingMs, final.attempts, final.allNewPods];
    expect(RULES.map(row)).toEqual([
      ['image-name-invalid', 'never-recovers', 0, undefined, undefined],
      ['image-never-pulled', 'never-recovers', 0, undefined, undefined],
      ['image-not-found', 'never-recovers', 0, undefined, undefined],
      ['job-failed', 'never-recovers', 0, undefined, undefined],
      ['image-denied', 'denied', 20_000, 2, undefined],
      ['config-missing', 'missing-reference', 30_000, undefined, undefined],
      ['volume-missing', 'missing-reference', 30_000, undefined, undefined],
      ['out-of-memory', 'probably-fatal', 0, undefined, true],
      ['cannot-start', 'probably-fatal', 0, undefined, true],
      ['crash-loop', 'probably-fatal', 0, undefined, true],
      ['pods-refused', 'blocked', 30_000, undefined, undefined],
      ['pods-not-created', 'blocked', 60_000, undefined, undefined],
      ['claim-not-provisioned', 'blocked', 60_000, undefined, undefined],
      ['unschedulable', 'waiting', 'never'],
      ['not-ready', 'waiting', 'never'],
      ['image-pull-transient', 'transient', 'never'],
      ['pod-lost', 'transient', 'never'],
    ]);
  });

  it('let hooks end early by never-recovers and denied only', () => {
    const early = RULES.filter(appliesToHooks).map(({ class: name }) => name);
    expect([...new Set(early)]).toEqual(['never-recovers', 'denied']);
  });

  it('are found by their id, and an unknown id is an error', () => {
    expect(ruleOf('crash-loop').class).toBe('probably-fatal');
    expect(() => ruleOf('no-such-rule' as RuleId)).toThrow('there is no rule "no-such-rule"');
  });
});
