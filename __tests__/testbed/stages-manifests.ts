type Container = { name: string; image: string; [field: string]: unknown };

const web = (tag: string, more: object = {}): Container => ({ name: 'app', image: `acme/web:${tag}`, ...more });
const init = (name: string, tag: string, more: object = {}): Container => ({ name, image: `acme/web:${tag}`, ...more });

const plain = [
  ...['missing', 'denied', 'forbidden', 'pulltransient', 'unready', 'crash', 'oom', 'flaky', 'badconfig'],
  ...['invalidname', 'starterror'],
];

const startupProbe = { httpGet: { path: '/healthz', port: 8080 } };

const pods: Record<string, object> = {
  ...Object.fromEntries(plain.map((tag) => [tag, { containers: [web(tag)] }])),
  ok: { containers: [web('1.4.2')] },
  'slow-5': { containers: [web('slow-5', { startupProbe })] },
  'badconfig-ref': { containers: [web('badconfig', { envFrom: [{ configMapRef: { name: 'shop-settings' } }] })] },
  mountfail: {
    containers: [web('mountfail', { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] })],
    volumes: [{ name: 'tls', secret: { secretName: 'shop-tls' } }],
  },
  initcrash: { initContainers: [init('wait', '1'), init('migrate', 'initcrash')], containers: [web('1')] },
  'init-crash-tag': { initContainers: [init('wait', '1'), init('migrate', 'crash')], containers: [web('1')] },
  sidecar: {
    initContainers: [init('wait', 'initslow-1'), init('proxy', '1', { restartPolicy: 'Always' })],
    containers: [web('1')],
  },
  mixed: { containers: [web('1'), { name: 'helper', image: 'acme/helper:crash' }] },
};

const jobs: Record<string, Container> = { 'job-ok': web('1'), 'job-crash': web('crash') };

function deployment(namespace: string, name: string, spec: object): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function job(namespace: string, name: string, container: Container): object {
  const template = { metadata: { labels: { app: name } }, spec: { restartPolicy: 'Never', containers: [container] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: { backoffLimit: 0, template },
  };
}

/** One Deployment per tag or mix of tags and two Jobs, as the text of a List; the label `app` is the name. */
export function manifests(namespace: string): string {
  const items = [
    ...Object.entries(pods).map(([name, spec]) => deployment(namespace, name, spec)),
    ...Object.entries(jobs).map(([name, container]) => job(namespace, name, container)),
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
