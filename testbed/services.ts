import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from './ports.ts';
import { readStages, stagesFolder } from './stages.ts';
import type { Places } from './state.ts';

/** One process of the bed. */
export type Service = {
  name: string;
  /** The ports that it listens on, the one that answers `healthPath` first. */
  ports: (ports: Ports) => [number, ...number[]];
  scheme: 'http' | 'https';
  healthPath: string;
  command: (places: Places) => string;
  args: (places: Places, ports: Ports) => string[];
  cwd?: string;
};

const programFrom = (name: string) => (places: Places) => join(places.bin, name);
const githubServer = join(import.meta.dirname, 'github', 'server.ts');
// Not process.execPath: the caller may be an older Node that cannot run TypeScript.
const node = join(import.meta.dirname, '..', 'node_modules', '.bin', 'node');

/** The common name by which the servers of aggregated APIs know the API server. */
export const aggregatorName = 'aggregator';

/** True when the GitHub stand-in is part of this checkout. */
export const hasGithub = (): boolean => existsSync(githubServer);

export const serviceAccountKey = (places: Places): string => join(places.data, 'service-account.key');
export const serviceAccountPublicKey = (places: Places): string => join(places.data, 'service-account.pub');
export const tokenFile = (places: Places): string => join(places.data, 'tokens.csv');
export const auditPolicy = (places: Places): string => join(places.data, 'audit-policy.yaml');
export const certificates = (places: Places): string => join(places.data, 'certificates');
/** What the API server shows to the servers of aggregated APIs, its own CA; the key lies beside it. */
export const aggregatorCertificate = (places: Places): string => join(certificates(places), 'aggregator.crt');
export const aggregatorKey = (places: Places): string => join(certificates(places), 'aggregator.key');

const etcd: Service = {
  name: 'etcd',
  ports: (ports) => [ports.etcd, ports.etcdPeer],
  scheme: 'http',
  healthPath: '/health',
  command: programFrom('etcd'),
  args: (places, { etcd, etcdPeer }) => [
    `--data-dir=${join(places.data, 'etcd')}`,
    // The bed's data need not outlive a power cut, and fsync on a busy disk is what makes etcd slow.
    '--unsafe-no-fsync',
    `--listen-client-urls=http://127.0.0.1:${etcd}`,
    `--advertise-client-urls=http://127.0.0.1:${etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${etcdPeer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${etcdPeer}`,
    `--initial-cluster=default=http://127.0.0.1:${etcdPeer}`,
    '--log-level=warn',
  ],
};

const apiserver: Service = {
  name: 'kube-apiserver',
  ports: (ports) => [ports.apiserver],
  scheme: 'https',
  healthPath: '/readyz',
  command: programFrom('kube-apiserver'),
  args: (places, ports) => [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiserver}`,
    `--cert-dir=${certificates(places)}`,
    // Kubernetes >= 1.33 refuses a loopback address with any other reconciler.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    '--enable-admission-plugins=ServiceAccount,PodSecurity',
    '--allow-privileged=true',
    `--token-auth-file=${tokenFile(places)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountPublicKey(places)}`,
    `--service-account-signing-key-file=${serviceAccountKey(places)}`,
    // The aggregation layer, for metrics-server: https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
    `--proxy-client-cert-file=${aggregatorCertificate(places)}`,
    `--proxy-client-key-file=${aggregatorKey(places)}`,
    `--requestheader-client-ca-file=${aggregatorCertificate(places)}`,
    `--requestheader-allowed-names=${aggregatorName}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    // All nodes share kwok's one server; the default would look up their host names first.
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${auditPolicy(places)}`,
    `--audit-log-path=${places.auditLog}`,
    // 0, the default, means 100 MB in the log library: a long test run would lose its beginning to a rotated file.
    '--audit-log-maxsize=10000',
  ],
};

const controllerManager: Service = {
  name: 'kube-controller-manager',
  ports: (ports) => [ports.controllerManager],
  scheme: 'https',
  healthPath: '/healthz',
  command: programFrom('kube-controller-manager'),
  args: (places, ports) => [
    `--kubeconfig=${places.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.controllerManager}`,
    '--leader-elect=false',
    `--service-account-private-key-file=${serviceAccountKey(places)}`,
    `--root-ca-file=${join(certificates(places), 'ca.crt')}`,
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    // kwok renews a 40 s lease every 10 s: two renewals may be late on a busy machine before a node counts as lost.
    '--node-monitor-period=2s',
    '--node-monitor-grace-period=25s',
    '--horizontal-pod-autoscaler-sync-period=2s',
    '--pvclaimbinder-sync-period=2s',
  ],
};

const scheduler: Service = {
  name: 'kube-scheduler',
  ports: (ports) => [ports.scheduler],
  scheme: 'https',
  healthPath: '/healthz',
  command: programFrom('kube-scheduler'),
  args: (places, ports) => [
    `--kubeconfig=${places.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.scheduler}`,
    '--leader-elect=false',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ],
};

const kwok: Service = {
  name: 'kwok',
  ports: (ports) => [ports.kwok],
  scheme: 'http',
  healthPath: '/healthz',
  command: programFrom('kwok'),
  args: (places, ports) => {
    const { configs, definitions } = readStages();
    const crds = definitions.map((definition) => `--enable-crds=${definition.spec.names.kind}`);
    return [
      `--kubeconfig=${places.kubeconfig}`,
      ...configs.map((path) => `--config=${path}`),
      ...crds,
      '--manage-all-nodes',
      // Without leases the node controller calls the pods not ready after its grace period.
      '--node-lease-duration-seconds=40',
      '--cidr=10.244.0.0/16',
      // kwok's server is the kubelet of every node: the API server fetches pod logs there.
      '--node-ip=127.0.0.1',
      `--node-port=${ports.kwok}`,
      `--server-address=127.0.0.1:${ports.kwok}`,
    ];
  },
  cwd: stagesFolder,
};

const metricsServer: Service = {
  name: 'metrics-server',
  ports: (ports) => [ports.metricsServer],
  scheme: 'https',
  healthPath: '/healthz',
  command: programFrom('metrics-server'),
  args: (places, ports) => [
    `--kubeconfig=${places.kubeconfig}`,
    `--authentication-kubeconfig=${places.kubeconfig}`,
    `--authorization-kubeconfig=${places.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.metricsServer}`,
    `--cert-dir=${join(places.data, 'metrics-server')}`,
    // kwok plays every node's kubelet, with a certificate of its own making.
    '--kubelet-insecure-tls',
    '--kubelet-use-node-status-port',
    '--kubelet-preferred-address-types=InternalIP',
    // The smallest that it takes: two readings make a rate, so a new pod has a number after 20 s at most.
    '--metric-resolution=10s',
    '--kubelet-request-timeout=5s',
  ],
};

const github: Service = {
  name: 'github',
  ports: (ports) => [ports.github],
  scheme: 'http',
  healthPath: '/',
  command: () => node,
  args: (places, ports) => [
    githubServer,
    '--port',
    String(ports.github),
    '--state-file',
    join(places.data, 'github.json'),
  ],
};

/** Every process that a bed may have, in the order of their start. */
export const everyService: readonly Service[] = [
  etcd,
  apiserver,
  controllerManager,
  scheduler,
  kwok,
  metricsServer,
  github,
];

/** The processes that belong to a bed of this checkout, in the order of their start. */
export function services(): Service[] {
  return everyService.filter((service) => service !== github || hasGithub());
}
