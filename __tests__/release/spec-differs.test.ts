import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { specDiffers } from '../../src/release/spec-differs.ts';

const metadata = { name: 'web', namespace: 'pearl', labels: { app: 'web' } };
const container = { name: 'web', image: 'web:1', resources: { requests: { cpu: '1000m', memory: '1Gi' } }, env: [] };
const spec = {
  replicas: 3,
  paused: false,
  template: { metadata: {}, spec: { containers: [container], nodeSelector: {} } },
};
const deployment: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
/** What the API server makes of it: defaults, quantities written anew, nothing that is empty. */
const live = (change: (copy: ReturnType<typeof stored>) => void = () => {}): KubeObject => {
  const copy = stored();
  change(copy);
  return copy as unknown as KubeObject;
};
interface Stored {
  name: string;
  image: string;
  imagePullPolicy: string;
  resources: { requests: { cpu: string; memory: string } };
  env: unknown[];
}
function stored() {
  const requests = { cpu: '1', memory: '1Gi' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, uid: 'u', generation: 4, annotations: { 'deployment.kubernetes.io/revision': '2' } },
    spec: {
      replicas: 3,
      revisionHistoryLimit: 10,
      template: {
        metadata: {} as Record<string, unknown>,
        spec: {
          containers: [
            { name: 'web', image: 'web:1', imagePullPolicy: 'Always', resources: { requests }, env: [] as unknown[] },
          ] as [Stored, ...Stored[]],
          dnsPolicy: 'ClusterFirst',
        },
      },
    },
    status: { replicas: 3 },
  };
}

describe('a spec', () => {
  const cases: [string, (o: ReturnType<typeof stored>) => void, boolean][] = [
    ['what the API server adds', () => {}, false],
    [
      'an image',
      (o) => {
        o.spec.template.spec.containers[0].image = 'web:2';
      },
      true,
    ],
    [
      'the replicas',
      (o) => {
        o.spec.replicas = 5;
      },
      true,
    ],
    [
      'a request',
      (o) => {
        o.spec.template.spec.containers[0].resources.requests.cpu = '500m';
      },
      true,
    ],
    [
      'a container more',
      (o) => void o.spec.template.spec.containers.push({ ...o.spec.template.spec.containers[0], name: 'x' }),
      true,
    ],
    [
      'a label, which is not in the spec',
      (o) => {
        o.metadata.labels = { app: 'other' };
      },
      false,
    ],
    [
      'a restart by kubectl',
      (o) => {
        o.spec.template.metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': 'x' } };
      },
      false,
    ],
  ];

  it.each(cases)('differs, or not, by %s', (_name, change, differs) => {
    expect(specDiffers(deployment, live(change))).toBe(differs);
  });
});
