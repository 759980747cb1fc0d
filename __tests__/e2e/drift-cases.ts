import type { IgnoredReason } from '../../src/drift/finding.ts';
import type { DriftRow } from '../../src/report/drift-report.ts';
import type { Shapes } from './drift-place.ts';

/** Something that people or controllers do to a release, and what the action has to say of it. */
export interface DriftCase {
  /** In the words of docs/drift.md; may hold back-ticked parts. */
  name: string;
  /** The Deployment and ConfigMap of its own that it happens to; none when it happens to something else of the chart. */
  app?: string;
  before?: (shapes: Shapes) => Promise<void>;
  act?: (shapes: Shapes) => void;
  /** What it happens to, `Kind/name`. */
  object: string;
  path: string;
}

/** Something that is drift. */
export interface DriftedCase extends DriftCase {
  verdict: DriftRow['verdict'];
  who: RegExp;
  /** Applied on the client (Helm 3), and on the server (Helm 4). */
  next: { csa: DriftRow['next']; ssa: DriftRow['next'] };
}

/** Something that is none. */
export interface QuietCase extends DriftCase {
  reason: IgnoredReason;
}

const deployment = 'spec.template.spec.containers[app]';

export const DRIFTED: DriftedCase[] = [
  {
    name: '`kubectl set image`',
    app: 'image',
    act: ({ place }) => place.k('set', 'image', 'deployment/image', 'app=registry.example.com/shapes/app:1.7.0'),
    object: 'Deployment/image',
    path: `${deployment}.image`,
    verdict: 'drift',
    who: /^`kubectl set image`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl set image` on an init container',
    app: 'init',
    act: ({ place }) => place.k('set', 'image', 'deployment/init', 'init=registry.example.com/shapes/init:1.7.0'),
    object: 'Deployment/init',
    path: 'spec.template.spec.initContainers[init].image',
    verdict: 'drift',
    who: /^`kubectl set image`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl set env`, a variable of the chart',
    app: 'env',
    act: ({ place }) => place.k('set', 'env', 'deployment/env', '--containers=app', 'LOG_LEVEL=debug'),
    object: 'Deployment/env',
    path: `${deployment}.env[LOG_LEVEL].value`,
    verdict: 'drift',
    who: /^`kubectl set env`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl set env`, a variable that the chart does not have',
    app: 'more-env',
    act: ({ place }) => place.k('set', 'env', 'deployment/more-env', '--containers=app', 'FEATURE=on'),
    object: 'Deployment/more-env',
    path: `${deployment}.env[FEATURE]`,
    verdict: 'drift',
    who: /^`kubectl set env`$/,
    next: { csa: 'keep', ssa: 'keep' },
  },
  {
    name: '`kubectl set env NAME-`, a variable of the chart taken away',
    app: 'less-env',
    act: ({ place }) => place.k('set', 'env', 'deployment/less-env', '--containers=app', 'LOG_LEVEL-'),
    object: 'Deployment/less-env',
    path: `${deployment}.env[LOG_LEVEL]`,
    verdict: 'drift',
    who: /^not recorded$/,
    next: { csa: 'overwrite', ssa: 'overwrite' },
  },
  {
    name: '`kubectl scale` without an autoscaler',
    app: 'scale',
    act: ({ place }) => place.k('scale', 'deployment/scale', '--replicas=2'),
    object: 'Deployment/scale',
    path: 'spec.replicas',
    verdict: 'drift',
    who: /^`kubectl scale`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl edit` of a ConfigMap',
    app: 'config',
    act: (shapes) => shapes.edit('configmap', 'config', 's/info/debug/'),
    object: 'ConfigMap/config',
    path: 'data["app.yaml"]',
    verdict: 'drift',
    who: /^`kubectl edit`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl patch`, a key that the ConfigMap of the chart does not have',
    app: 'more-config',
    act: ({ place }) => place.k('patch', 'configmap', 'more-config', '--patch', '{"data":{"extra":"1"}}'),
    object: 'ConfigMap/more-config',
    path: 'data.extra',
    verdict: 'drift',
    who: /^`kubectl patch`$/,
    next: { csa: 'keep', ssa: 'keep' },
  },
  {
    name: '`kubectl apply` of a manifest with another argument',
    app: 'apply',
    act: (shapes) => {
      const file = shapes.manifestOf('Deployment', 'apply', (text) =>
        text.replace('[--level, info]', '[--level, debug]'),
      );
      shapes.place.k('apply', '--filename', file);
    },
    object: 'Deployment/apply',
    path: `${deployment}.args`,
    verdict: 'drift',
    who: /^`kubectl apply`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: '`kubectl patch`, a container that the chart does not have',
    app: 'container',
    act: ({ place }) => {
      const containers = [{ name: 'debug', image: 'registry.example.com/debug:1' }];
      place.k(
        'patch',
        'deployment',
        'container',
        '--patch',
        JSON.stringify({ spec: { template: { spec: { containers } } } }),
      );
    },
    object: 'Deployment/container',
    path: 'spec.template.spec.containers[debug]',
    verdict: 'drift',
    who: /^`kubectl patch`$/,
    next: { csa: 'keep', ssa: 'keep' },
  },
  {
    name: '`kubectl annotate`',
    app: 'note',
    act: ({ place }) => place.k('annotate', 'deployment/note', 'example.com/note=do-not-touch'),
    object: 'Deployment/note',
    path: 'metadata.annotations["example.com/note"]',
    verdict: 'drift',
    who: /^`kubectl annotate`$/,
    next: { csa: 'keep', ssa: 'keep' },
  },
  {
    name: '`kubectl patch` of a Secret (its values are not shown)',
    act: ({ place }) =>
      place.k('patch', 'secret', 'generated', '--patch', '{"stringData":{"fixed":"battery-staple-horse"}}'),
    object: 'Secret/generated',
    path: 'data.fixed',
    verdict: 'drift',
    who: /^`kubectl patch`$/,
    // The chart writes it as stringData, which the API server does not take for the field data.
    next: { csa: 'overwrite', ssa: 'overwrite' },
  },
  {
    name: '`kubectl patch` of a custom resource',
    act: ({ place }) => place.k('patch', 'widget', 'widget', '--type=merge', '--patch', '{"spec":{"size":7}}'),
    object: 'Widget/widget',
    path: 'spec.size',
    verdict: 'drift',
    who: /^`kubectl patch`$/,
    next: { csa: 'keep', ssa: 'conflict' },
  },
  {
    name: 'a Service deleted',
    act: ({ place }) => place.k('delete', 'service', 'node'),
    object: 'Service/node',
    path: '',
    verdict: 'missing',
    who: /^not recorded$/,
    next: { csa: 'overwrite', ssa: 'overwrite' },
  },
  {
    name: 'a ConfigMap that another release took over',
    app: 'taken',
    act: ({ place }) => place.k('annotate', '--overwrite', 'configmap/taken', 'meta.helm.sh/release-name=other'),
    object: 'ConfigMap/taken',
    path: '',
    verdict: 'foreign',
    who: /^`kubectl annotate`$/,
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
  {
    name: 'a Deployment deleted and made again by `kubectl create`',
    app: 'again',
    act: (shapes) => {
      const file = shapes.manifestOf('Deployment', 'again');
      shapes.place.k('delete', 'deployment', 'again', '--wait=true');
      shapes.place.k('create', '--filename', file);
    },
    object: 'Deployment/again',
    path: '',
    verdict: 'foreign',
    who: /^`kubectl create`$/,
    // Helm writes `cpu: 0.01`, the API server keeps `10m` as kubectl's: to a server-side apply that is another value.
    next: { csa: 'overwrite', ssa: 'conflict' },
  },
];

export const QUIET: QuietCase[] = [
  {
    name: 'replicas that a HorizontalPodAutoscaler set',
    object: 'Deployment/scaled',
    path: 'spec.replicas',
    reason: 'autoscaler',
  },
  {
    name: '`kubectl scale` of a workload with an autoscaler',
    act: ({ place }) => place.k('scale', 'deployment/scaled', '--replicas=3'),
    object: 'Deployment/scaled',
    path: 'spec.replicas',
    reason: 'autoscaler',
  },
  {
    name: '`kubectl rollout restart`',
    app: 'restart',
    act: ({ place }) => place.k('rollout', 'restart', 'deployment/restart'),
    object: 'Deployment/restart',
    path: 'spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]',
    reason: 'restart',
  },
  {
    name: 'a sidecar that a mutating webhook put in',
    app: 'sidecar',
    before: (shapes) => shapes.injectInto('sidecar'),
    object: 'Deployment/sidecar',
    path: 'spec.template.spec.containers[proxy]',
    reason: 'injected',
  },
  {
    name: 'a CA bundle that a certificate manager put in',
    act: ({ place }) => {
      const patch = [
        {
          op: 'add',
          path: '/webhooks/0/clientConfig/caBundle',
          value: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
        },
      ];
      const args = [
        'patch',
        'mutatingwebhookconfiguration',
        place.namespace,
        '--type=json',
        '--patch',
        JSON.stringify(patch),
      ];
      place.kubectl(...args, '--field-manager=cainjector');
    },
    object: 'MutatingWebhookConfiguration/{namespace}',
    path: 'webhooks[nothing.shapes.example.com].clientConfig.caBundle',
    reason: 'ca-bundle',
  },
  {
    name: 'fields that the API server filled in',
    app: 'plain',
    object: 'Deployment/plain',
    path: 'spec.template.spec.dnsPolicy',
    reason: 'default',
  },
  {
    name: 'rules of an aggregated ClusterRole',
    object: 'ClusterRole/{namespace}-sum',
    path: 'rules',
    reason: 'aggregated-role',
  },
  {
    name: '`kubectl apply` of what the release says',
    app: 'same',
    act: (shapes) => shapes.place.k('apply', '--filename', shapes.manifestOf('Deployment', 'same')),
    object: 'Deployment/same',
    path: 'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
    reason: 'bookkeeping',
  },
  {
    name: 'the revision that the Deployment controller notes',
    app: 'plain',
    object: 'Deployment/plain',
    path: 'metadata.annotations["deployment.kubernetes.io/revision"]',
    reason: 'bookkeeping',
  },
  {
    name: 'an annotation of a controller',
    app: 'controlled',
    act: ({ place }) =>
      place.k('annotate', 'deployment/controlled', 'example.com/seen=1', '--field-manager=example-operator'),
    object: 'Deployment/controlled',
    path: 'metadata.annotations["example.com/seen"]',
    reason: 'controller',
  },
  {
    name: 'a change that `drift-ignore` names',
    app: 'ours',
    act: ({ place }) => place.k('annotate', 'deployment/ours', 'example.com/note=ours'),
    object: 'Deployment/ours',
    path: 'metadata.annotations["example.com/note"]',
    reason: 'configured',
  },
];
