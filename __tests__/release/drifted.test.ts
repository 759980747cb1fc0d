import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { driftedFrom, hasDrifted, specDiffers } from '../../src/release/drifted.ts';

const metadata = { name: 'web', namespace: 'pearl', labels: { app: 'web' } };
const container = { name: 'web', image: 'web:1', resources: { requests: { cpu: '1000m', memory: '1Gi' } }, env: [] };
const spec = {
  replicas: 3,
  paused: false,
  template: { metadata: {}, spec: { containers: [container], nodeSelector: {} } },
};
const deployment: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
const secret: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'web', namespace: 'pearl' },
  stringData: { password: 'hunter22' },
};
const scaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'pearl' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
};

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

describe('drift', () => {
  it('is none in what the API server adds', () => expect(driftedFrom([deployment], [live()])).toEqual([]));

  it.each<[string, KubeObject[], string[]]>([
    ['an object that is gone', [], ['Deployment/web is not there']],
    [
      'another image',
      [
        live((o) => {
          o.spec.template.spec.containers[0].image = 'web:2';
        }),
      ],
      ['Deployment/web spec.template.spec.containers[0].image'],
    ],
    [
      'scaled by hand',
      [
        live((o) => {
          o.spec.replicas = 5;
        }),
      ],
      ['Deployment/web spec.replicas'],
    ],
    [
      'a limit lowered',
      [
        live((o) => {
          o.spec.template.spec.containers[0].resources.requests.cpu = '500m';
        }),
      ],
      ['Deployment/web spec.template.spec.containers[0].resources.requests.cpu'],
    ],
    [
      'a container more',
      [
        live((o) => {
          o.spec.template.spec.containers.push({ ...o.spec.template.spec.containers[0], name: 'x' });
        }),
      ],
      ['Deployment/web spec.template.spec.containers'],
    ],
    [
      'a label changed',
      [
        live((o) => {
          o.metadata.labels = { app: 'other' };
        }),
      ],
      ['Deployment/web metadata.labels.app'],
    ],
    [
      'only kubectl rollout restart',
      [
        live((o) => {
          o.spec.template.metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': 'x' } };
        }),
      ],
      [],
    ],
  ])('is found: %s', (_, objects, expected) => expect(driftedFrom([deployment], objects)).toEqual(expected));

  it('leaves replicas to an autoscaler of the release', () => {
    const scaled = live((o) => {
      o.spec.replicas = 7;
    });
    expect(driftedFrom([deployment, scaler], [scaled, scaler])).toEqual([]);
  });

  it("compares a Secret's stringData, and never says a value", () => {
    const encode = (text: string): KubeObject => ({
      ...secret,
      stringData: undefined,
      data: { password: Buffer.from(text).toString('base64') },
    });
    expect(driftedFrom([secret], [encode('hunter22')])).toEqual([]);
    expect(driftedFrom([secret], [encode('hunter33')])).toEqual(['Secret/web data.password']);
  });

  it('is assumed when nothing can be read', async () => {
    const objects = (): Promise<KubeObject[]> => Promise.reject(new Error('forbidden'));
    expect(await hasDrifted({ objects }, [deployment])).toEqual(['the live objects could not be compared: forbidden']);
    expect(await hasDrifted({ objects: () => Promise.resolve([live()]) }, [deployment])).toEqual([]);
  });

  it('of the spec alone is what an upgrade puts right', () => {
    expect(specDiffers(deployment, live())).toBe(false);
    expect(
      specDiffers(
        deployment,
        live((o) => {
          o.metadata.labels = { app: 'other' };
        }),
      ),
    ).toBe(false);
    expect(
      specDiffers(
        deployment,
        live((o) => {
          o.spec.replicas = 1;
        }),
      ),
    ).toBe(true);
  });
});
