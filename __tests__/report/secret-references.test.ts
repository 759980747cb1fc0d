import { describe, expect, it } from '@jest/globals';
import { parseManifest } from '../../src/release/manifest.ts';
import { secretReferences } from '../../src/report/secret-references.ts';

const refs = (yaml: string): string[] =>
  secretReferences(parseManifest(yaml, 'shop')).map(({ namespace, name }) => `${namespace}/${name}`);

const pod = (spec: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: ${spec} } }\n`;

describe('secretReferences', () => {
  it.each([
    ['env', pod('{ containers: [{ env: [{ name: A, valueFrom: { secretKeyRef: { name: ref, key: k } } }] }] }')],
    [
      'env of an init container',
      pod('{ initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: ref } } }] }] }'),
    ],
    ['envFrom', pod('{ containers: [{ envFrom: [{ secretRef: { name: ref } }, { configMapRef: { name: nope } }] }] }')],
    [
      'a volume',
      pod('{ volumes: [{ name: v, secret: { secretName: ref } }, { name: c, configMap: { name: nope } }] }'),
    ],
    ['a projected volume', pod('{ volumes: [{ name: v, projected: { sources: [{ secret: { name: ref } }] } }] }')],
    ['a CSI volume', pod('{ volumes: [{ name: v, csi: { nodePublishSecretRef: { name: ref } } }] }')],
    ['an image pull', pod('{ imagePullSecrets: [{ name: ref }] }')],
    [
      'a cron job',
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: j }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ envFrom: [{ secretRef: { name: ref } }] }] } } } } }',
    ],
    ['a service account', 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: sa }\nsecrets: [{ name: ref }]'],
    [
      'its image pulls',
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: sa }\nimagePullSecrets: [{ name: ref }]',
    ],
    [
      'an ingress',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { tls: [{ hosts: [a.b], secretName: ref }] }',
    ],
    [
      'a gateway',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: g }\nspec: { listeners: [{ tls: { certificateRefs: [{ name: ref }, { kind: Other, name: nope }] } }] }',
    ],
    [
      'the target of an ExternalSecret',
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: nope }\nspec: { target: { name: ref } }',
    ],
    [
      'an ExternalSecret of its name',
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: ref }',
    ],
    ['a SealedSecret', 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: ref }'],
    [
      'a KEDA authentication',
      'apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: { name: t }\nspec: { secretTargetRef: [{ parameter: p, name: ref, key: k }] }',
    ],
    ['a Secret of the release', 'apiVersion: v1\nkind: Secret\nmetadata: { name: ref }'],
    ['another namespace', 'apiVersion: v1\nkind: Secret\nmetadata: { name: ref, namespace: shop }'],
  ])('finds %s, and nothing else', (_name, yaml) => expect(refs(yaml)).toEqual(['shop/ref']));

  it('names each once', () => {
    const twice = pod(
      '{ imagePullSecrets: [{ name: ref }, { name: ref }], containers: [{ envFrom: [{ secretRef: { name: ref } }] }] }',
    );
    expect(refs(`${twice}---\n${twice.replace('name: web', 'name: other')}`)).toEqual(['shop/ref']);
  });

  it('asks for no name that none can have, and for none of a cluster-wide object', () => {
    expect(refs(pod('{ imagePullSecrets: [{ name: "../x y" }, { name: 7 }, {}, null] }'))).toEqual([]);
    const issuer =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: c }\nspec: { secretRef: { name: nope } }';
    expect(refs(issuer)).toEqual([]);
  });
});
