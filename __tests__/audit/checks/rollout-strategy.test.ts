import { rolloutStrategy } from '../../../src/audit/checks/rollout-strategy.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, hpa, NO_REPLICAS, OLD, other, pod, web } from '../release.ts';

const rolling = (rollingUpdate: unknown) =>
  web({ spec: { strategy: null } }, { spec: { strategy: { rollingUpdate } } });
const absent = { spec: { strategy: null } };
const recreate = { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } };
const volume = pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
const claim = (...accessModes: string[]) => other('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes } });

cases(rolloutStrategy, [
  { what: '0 and 25 %', objects: [web()], verdict: 'pass' },
  { what: '0 % and 25 %', objects: [rolling({ maxUnavailable: '0%', maxSurge: '25%' })], verdict: 'pass' },
  {
    what: 'no strategy: the API default of 25 %',
    objects: [web(absent)],
    verdict: 'fail',
    reads: /maxUnavailable: 25%.*API default/,
  },
  {
    what: 'the type alone',
    objects: [web(absent, { spec: { strategy: { type: 'RollingUpdate' } } })],
    verdict: 'fail',
  },
  {
    what: 'maxSurge alone',
    objects: [rolling({ maxSurge: 1 })],
    verdict: 'fail',
    reads: /maxUnavailable: 25%, maxSurge: 1$/,
  },
  { what: 'maxUnavailable alone', objects: [rolling({ maxUnavailable: 0 })], verdict: 'pass' },
  {
    what: 'the default of three rounds down to none now',
    objects: [web(absent)],
    verdict: 'fail',
    says: /none of 3, but 1 of 4/,
  },
  {
    what: 'the default beside an HPA of 8',
    objects: [web(absent, NO_REPLICAS), hpa({ spec: { minReplicas: 8 } })],
    verdict: 'fail',
    says: /2 of 8 pods/,
  },
  { what: 'one pod away', objects: [rolling({ maxUnavailable: 1 })], verdict: 'fail', says: /1 of 3/ },
  { what: 'both at 0', objects: [rolling({ maxUnavailable: 0, maxSurge: 0 })], verdict: 'fail', says: /refuses/ },
  {
    what: 'another surge',
    objects: [rolling({ maxUnavailable: 0, maxSurge: 1 })],
    verdict: 'pass',
    says: /profile's 25%/,
  },
  { what: 'Recreate', objects: [web(recreate)], verdict: 'fail', says: /stops all pods/ },
  {
    what: 'a number of the profile',
    objects: [rolling({ maxUnavailable: 1 })],
    numbers: { maxUnavailable: '50%' },
    verdict: 'pass',
  },
  {
    what: 'more than the profile',
    objects: [rolling({ maxUnavailable: 2 })],
    numbers: { maxUnavailable: 1 },
    verdict: 'fail',
  },
  { what: 'a word', objects: [rolling({ maxUnavailable: 'one' })], verdict: 'unknown' },
  {
    what: 'a single writer',
    objects: [web(recreate, volume), claim('ReadWriteOnce')],
    verdict: 'skip',
    says: /PersistentVolumeClaim\/data/,
  },
  { what: 'a writer among pods', objects: [web(recreate, volume), claim('ReadWriteOncePod')], verdict: 'skip' },
  { what: 'a shared volume', objects: [web(recreate, volume), claim('ReadWriteMany')], verdict: 'fail' },
  {
    what: 'a claim that may be either',
    objects: [web(recreate, volume), claim('ReadWriteOnce', 'ReadWriteMany')],
    verdict: 'fail',
  },
  { what: 'a claim that is not in the release', objects: [web(recreate, volume)], verdict: 'unknown' },
  {
    what: 'a claim of the cluster',
    objects: [web(recreate, volume)],
    live: { objects: [claim('ReadWriteOnce')] },
    verdict: 'skip',
  },
  { what: 'a StatefulSet by default', objects: [asKind('StatefulSet')], of: 'StatefulSet/web', verdict: 'pass' },
  {
    what: 'a StatefulSet by hand',
    objects: [asKind('StatefulSet', { spec: { updateStrategy: { type: 'OnDelete' } } })],
    of: 'StatefulSet/web',
    verdict: 'fail',
  },
  {
    what: 'a StatefulSet in part',
    objects: [asKind('StatefulSet', { spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } })],
    of: 'StatefulSet/web',
    verdict: 'warn',
    reads: /partition: 2/,
  },
  {
    what: 'a DaemonSet by default',
    objects: [asKind('DaemonSet')],
    of: 'DaemonSet/web',
    verdict: 'pass',
    reads: /maxUnavailable: 1/,
  },
  {
    what: 'a DaemonSet by hand',
    objects: [asKind('DaemonSet', { spec: { updateStrategy: { type: 'OnDelete' } } })],
    of: 'DaemonSet/web',
    verdict: 'fail',
  },
  { what: 'a Job', objects: [asKind('Job')], of: 'Job/web', verdict: 'skip' },
  { what: 'a hook', objects: [web(absent, HOOK)], verdict: 'skip' },
  { what: 'a version with other defaults', objects: [web(absent, OLD)], verdict: 'unknown' },
]);
