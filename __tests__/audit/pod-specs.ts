import type { Level } from '../../src/audit/pod-security/control.ts';

/** A pod as JSON: loose on purpose, so that edits can write what a chart writes. */
// biome-ignore lint/suspicious/noExplicitAny: the edits reach deep into what is only JSON
export type LoosePod = any;

/** One change of a pod that `restricted` admits. */
export interface Edit {
  name: string;
  edit(pod: LoosePod): void;
}

/** A pod that meets every control. */
export function goodPod(name: string): LoosePod {
  const securityContext = () => ({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations: {} },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      initContainers: [{ name: 'init', image: 'a:1', securityContext: securityContext() }],
      containers: [
        { name: 'web', image: 'a:1', ports: [{ containerPort: 8080 }], securityContext: securityContext() },
        { name: 'side', image: 'a:1', securityContext: securityContext() },
      ],
      volumes: [],
    },
  };
}

const secure = (container: LoosePod, values: object): void => {
  container.securityContext = { ...container.securityContext, ...values };
};
const spec = (name: string, edit: (pod: LoosePod['spec']) => void): Edit => ({ name, edit: (pod) => edit(pod.spec) });
const onPod = (name: string, values: object): Edit =>
  spec(`pod: ${name}`, (pod) => Object.assign(pod.securityContext, structuredClone(values)));
const onWeb = (name: string, values: object): Edit =>
  spec(`container: ${name}`, (pod) => secure(pod.containers[0], structuredClone(values)));
const onInit = (name: string, values: object): Edit =>
  spec(`init: ${name}`, (pod) => secure(pod.initContainers[0], structuredClone(values)));
const volume = (name: string, source: object): Edit =>
  spec(`volume: ${name}`, (pod) => pod.volumes.push({ name: `v${pod.volumes.length}`, ...structuredClone(source) }));
const each = (pod: LoosePod, edit: (container: LoosePod) => void): void =>
  [...pod.initContainers, ...pod.containers].forEach(edit);
const toWindows = (pod: LoosePod): void => {
  pod.os = { name: 'windows' };
  pod.securityContext = { runAsNonRoot: true };
  each(pod, (container) => delete container.securityContext);
};

/** Each control passed and failed, on the pod, on a container and on an init container. */
export const EDITS: readonly Edit[] = [
  { name: 'nothing', edit: () => {} },
  ...['hostNetwork', 'hostPID', 'hostIPC'].map((name) =>
    spec(name, (pod) => {
      pod[name] = true;
    }),
  ),
  spec('hostNetwork: false', (pod) => Object.assign(pod, { hostNetwork: false, hostPID: false })),
  onWeb('privileged', { privileged: true, allowPrivilegeEscalation: undefined }),
  onInit('privileged', { privileged: true, allowPrivilegeEscalation: undefined }),
  onWeb('privileged: false', { privileged: false }),
  ...[['NET_BIND_SERVICE'], ['CHOWN'], ['SYS_ADMIN'], ['NET_RAW'], ['chown'], ['ALL'], ['KILL', 'SYS_TIME'], []].map(
    (add) => onWeb(`adds ${add.join(' and ') || 'nothing'}`, { capabilities: { drop: ['ALL'], add } }),
  ),
  onInit('adds SYS_PTRACE', { capabilities: { drop: ['ALL'], add: ['SYS_PTRACE'] } }),
  ...[['all'], ['NET_RAW'], [], ['NET_RAW', 'ALL']].map((drop) =>
    onWeb(`drops ${drop.join(' and ') || 'nothing'}`, { capabilities: { drop } }),
  ),
  onInit('no capabilities', { capabilities: undefined }),
  spec('container: no security context', (pod) => delete pod.containers[1].securityContext),
  spec('container: security context null', (pod) => {
    pod.containers[1].securityContext = null;
  }),
  spec('no security context anywhere', (pod) => {
    delete pod.securityContext;
    each(pod, (container) => delete container.securityContext);
  }),
  spec('no init container', (pod) => delete pod.initContainers),
  spec('native sidecar, privileged', (pod) => {
    pod.initContainers[0].restartPolicy = 'Always';
    pod.initContainers[0].securityContext = { privileged: true };
  }),
  volume('hostPath', { hostPath: { path: '/etc' } }),
  volume('nfs', { nfs: { server: 's', path: '/p' } }),
  volume('emptyDir', { emptyDir: {} }),
  volume('without a source', {}),
  volume('source null', { emptyDir: null }),
  volume('claim', { persistentVolumeClaim: { claimName: 'c' } }),
  volume('configMap', { configMap: { name: 'c' } }),
  volume('secret', { secret: { secretName: 's' } }),
  volume('projected', { projected: { sources: [] } }),
  volume('downwardAPI', { downwardAPI: { items: [] } }),
  volume('csi', { csi: { driver: 'd.example.com' } }),
  volume('ephemeral', {
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  }),
  volume('awsElasticBlockStore', { awsElasticBlockStore: { volumeID: 'v' } }),
  volume('iscsi', { iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } }),
  spec('hostPort', (pod) => {
    pod.containers[0].ports[0].hostPort = 8080;
  }),
  spec('hostPort 0', (pod) => {
    pod.containers[0].ports[0].hostPort = 0;
  }),
  spec('init: hostPort', (pod) => {
    pod.initContainers[0].ports = [{ containerPort: 9, hostPort: 9 }];
  }),
  ...['Unconfined', 'RuntimeDefault'].flatMap((type) => [
    onPod(`AppArmor ${type}`, { appArmorProfile: { type } }),
    onWeb(`AppArmor ${type}`, { appArmorProfile: { type } }),
  ]),
  onInit('AppArmor Localhost', { appArmorProfile: { type: 'Localhost', localhostProfile: 'p' } }),
  ...['unconfined', 'runtime/default', 'localhost/p'].map(
    (value): Edit => ({
      name: `AppArmor annotation ${value}`,
      edit: (pod) => {
        pod.metadata.annotations['container.apparmor.security.beta.kubernetes.io/web'] = value;
      },
    }),
  ),
  ...['container_t', 'container_engine_t', 'spc_t', ''].map((type) =>
    onPod(`SELinux type ${type || 'empty'}`, { seLinuxOptions: { type } }),
  ),
  onWeb('SELinux type spc_t', { seLinuxOptions: { type: 'spc_t' } }),
  onInit('SELinux user', { seLinuxOptions: { user: 'system_u' } }),
  onPod('SELinux role', { seLinuxOptions: { role: 'system_r', type: 'container_kvm_t' } }),
  onPod('SELinux level', { seLinuxOptions: { level: 's0:c1,c2' } }),
  ...['Unconfined', 'RuntimeDefault'].flatMap((type) => [
    onPod(`seccomp ${type}`, { seccompProfile: { type } }),
    onWeb(`seccomp ${type}`, { seccompProfile: { type } }),
  ]),
  onInit('seccomp Localhost', { seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' } }),
  onPod('no seccomp', { seccompProfile: undefined }),
  spec('seccomp on all containers, none on the pod', (pod) => {
    delete pod.securityContext.seccompProfile;
    each(pod, (container) => secure(container, { seccompProfile: { type: 'RuntimeDefault' } }));
  }),
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_fin_timeout']
    .concat('net.ipv4.tcp_rmem', 'kernel.msgmax', 'net.core.somaxconn')
    .map((name) => onPod(`sysctl ${name}`, { sysctls: [{ name, value: '1' }] })),
  onWeb('procMount Default', { procMount: 'Default' }),
  onWeb('escalation allowed', { allowPrivilegeEscalation: true }),
  onInit('escalation not set', { allowPrivilegeEscalation: undefined }),
  onPod('runAsNonRoot false', { runAsNonRoot: false }),
  onPod('runAsNonRoot not set', { runAsNonRoot: undefined }),
  onWeb('runAsNonRoot false', { runAsNonRoot: false }),
  onWeb('runAsNonRoot true', { runAsNonRoot: true }),
  spec('runAsNonRoot on all containers, none on the pod', (pod) => {
    delete pod.securityContext.runAsNonRoot;
    each(pod, (container) => secure(container, { runAsNonRoot: true }));
  }),
  spec('runAsNonRoot on all containers, false on the pod', (pod) => {
    pod.securityContext.runAsNonRoot = false;
    each(pod, (container) => secure(container, { runAsNonRoot: true }));
  }),
  onPod('runAsUser 0', { runAsUser: 0 }),
  onPod('runAsUser 1000', { runAsUser: 1000 }),
  onWeb('runAsUser 0', { runAsUser: 0 }),
  onInit('runAsUser 0', { runAsUser: 0 }),
  spec('Windows', toWindows),
  spec('Windows, host process', (pod) => {
    toWindows(pod);
    pod.hostNetwork = true;
    pod.securityContext.windowsOptions = { hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM' };
  }),
  spec('Windows, host process on the containers', (pod) => {
    toWindows(pod);
    pod.hostNetwork = true;
    each(pod, (container) => {
      container.securityContext = { windowsOptions: { hostProcess: true } };
    });
  }),
  spec('probe host', (pod) => {
    pod.containers[0].livenessProbe = { httpGet: { port: 8080, host: '10.0.0.1' } };
  }),
];

/** The reasons in the API server's refusal, each with the control that gives it. */
export const REASONS: Record<string, Partial<Record<Level, string>>> = {
  'forbidden AppArmor profile': { baseline: 'appArmorProfile', restricted: 'appArmorProfile' },
  'forbidden AppArmor profiles': { baseline: 'appArmorProfile', restricted: 'appArmorProfile' },
  'non-default capabilities': { baseline: 'capabilities_baseline' },
  'unrestricted capabilities': { restricted: 'capabilities_restricted' },
  'host namespaces': { baseline: 'hostNamespaces', restricted: 'hostNamespaces' },
  'hostPath volumes': { baseline: 'hostPathVolumes' },
  'restricted volume types': { restricted: 'restrictedVolumes' },
  hostPort: { baseline: 'hostPorts', restricted: 'hostPorts' },
  privileged: { baseline: 'privileged', restricted: 'privileged' },
  procMount: { baseline: 'procMount', restricted: 'procMount' },
  seLinuxOptions: { baseline: 'seLinuxOptions', restricted: 'seLinuxOptions' },
  seccompProfile: { baseline: 'seccompProfile_baseline', restricted: 'seccompProfile_restricted' },
  'forbidden sysctls': { baseline: 'sysctls', restricted: 'sysctls' },
  hostProcess: { baseline: 'windowsHostProcess', restricted: 'windowsHostProcess' },
  'allowPrivilegeEscalation != false': { restricted: 'allowPrivilegeEscalation' },
  'runAsNonRoot != true': { restricted: 'runAsNonRoot' },
  'runAsUser=0': { restricted: 'runAsUser' },
};
