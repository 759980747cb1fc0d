import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Random } from './random.ts';

/** One template of a generated chart. `text` is what the file holds; it is made from `object` unless an edit rewrote it. */
export interface Template {
  file: string;
  object: KubeMap;
  text?: string;
}
export type KubeMap = { kind: string; metadata: { name: string; [field: string]: unknown }; [field: string]: unknown };

/** A generated chart: templates by file name. */
export type Chart = Template[];

const labels = (name: string) => ({ 'app.kubernetes.io/name': name, 'helm.sh/chart': 'generated-0.1.0' });
/** The metadata of a generated object. */
export const meta = (name: string, more: object = {}) => ({ name, labels: labels(name), ...more });

/** A container with something in each of its lists. */
export function container(name: string, tag: string): object {
  return {
    name,
    image: `registry.example.com/${name}:${tag}`,
    env: [
      { name: 'MODE', value: 'on' },
      { name: 'PORT', value: '8080' },
    ],
    ports: [{ name: 'http', containerPort: 8080 }],
    volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
  };
}

/** The chart that the edits start from: every kind of document that a release may hold. */
export function baseChart(random: Random): Chart {
  const tag = `1.${random.below(9)}.0`;
  const object = (file: string, value: object): Template => ({ file, object: value as KubeMap });
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [container('web', tag), container('sidecar', '2')],
      volumes: [{ name: 'config', configMap: { name: 'web', defaultMode: 420 } }],
    },
  };
  const selector = { matchLabels: { app: 'web' } };
  return [
    object('deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('web'),
      spec: { replicas: 2, selector, template },
    }),
    object('service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('web'),
      spec: {
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      },
    }),
    object('config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('web'),
      data: { 'app.conf': 'a = 1\nb = 2\n\nc = 3\n', flag: 'yes', mode: '0644' },
    }),
    object('secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta('web'),
      stringData: { password: `pass${random.below(1e6)}`, user: 'someone' },
    }),
    object('role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: meta('system:generated:web'),
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    }),
    object('hpa', {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta('web'),
      spec: {
        maxReplicas: 5,
        minReplicas: 1,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    }),
    object('hook', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta('migrate', { annotations: { 'helm.sh/hook': 'pre-upgrade' } }),
      spec: { template: { spec: { restartPolicy: 'Never', containers: [container('migrate', tag)] } } },
    }),
    object('test', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta('check', { annotations: { 'helm.sh/hook': 'test' } }),
      spec: { containers: [container('check', tag)] },
    }),
    object('list', {
      apiVersion: 'v1',
      kind: 'List',
      metadata: { name: 'unused' },
      items: [0, 1].map((number) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: meta(`item-${number}`),
        data: { number: String(number) },
      })),
    }),
    object('crd', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: meta('things.example.com'),
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Thing', plural: 'things' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    }),
    object('account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('web', { namespace: 'elsewhere' }) }),
  ];
}

/** The text of a template as its chart writes it at first. */
export function textOf(object: object): string {
  return stringify(object, { version: '1.1', aliasDuplicateObjects: false });
}

/** Writes the chart into a folder that Helm can render. */
export function writeChart(folder: string, chart: Chart, version: string): string {
  mkdirSync(path.join(folder, 'templates'), { recursive: true });
  writeFileSync(path.join(folder, 'Chart.yaml'), `apiVersion: v2\nname: generated\nversion: ${version}\n`);
  for (const { file, object, text } of chart) {
    // As the text of an action, so that nothing in it is a template.
    const literal = (text ?? textOf(object)).replaceAll('`', '` "`" `');
    writeFileSync(path.join(folder, 'templates', `${file}.yaml`), `{{ print \`${literal}\` }}\n`);
  }
  return folder;
}
