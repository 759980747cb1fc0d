import { at, field, isMap, items } from '../../diff/values.ts';
import {
  type Control,
  hasOwnUsers,
  inContainers,
  inPodAndContainers,
  type ReviewedPod,
  securityOf,
  textAt,
  type Violation,
  words,
} from './control.ts';

/** https://github.com/kubernetes/pod-security-admission/blob/v0.37.0/policy/check_capabilities_baseline.go */
const CAPABILITIES: ReadonlySet<string> = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

/** Each sysctl with the minor that allowed it. https://github.com/kubernetes/pod-security-admission/blob/v0.37.0/policy/check_sysctls.go */
const SYSCTLS: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
  ['net.ipv4.tcp_slow_start_after_idle', 37],
  ['net.ipv4.tcp_notsent_lowat', 37],
]);

const SELINUX_TYPES: ReadonlySet<string> = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t']);
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/** The controls of the level `baseline`, as https://github.com/kubernetes/pod-security-admission/tree/v0.37.0/policy has them. */
export const BASELINE: readonly Control[] = [
  {
    id: 'appArmorProfile',
    level: 'baseline',
    since: 0,
    violations: (pod) => [
      ...inPodAndContainers(pod, (owner) => badProfile(owner, 'appArmorProfile')),
      ...Object.entries(pod.annotations)
        .filter(
          ([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && !/^(runtime\/default$|localhost\/|$)/.test(value),
        )
        .map(([key, value]) => ({ read: `${key}: ${value}` })),
    ],
  },
  {
    id: 'capabilities_baseline',
    level: 'baseline',
    since: 0,
    violations: (pod) => inContainers(pod, (container) => added(container, (name) => CAPABILITIES.has(name))),
  },
  {
    id: 'hostNamespaces',
    level: 'baseline',
    since: 0,
    violations: ({ spec }) =>
      ['hostNetwork', 'hostPID', 'hostIPC']
        .filter((name) => field(spec, name) === true)
        .map((name) => ({ read: `${name}: true` })),
  },
  { id: 'hostPathVolumes', level: 'baseline', since: 0, violations: hostPaths },
  { id: 'hostPorts', level: 'baseline', since: 0, violations: hostPorts },
  {
    id: 'hostProbesAndHostLifecycle',
    level: 'baseline',
    since: 34,
    violations: (pod) => inContainers(pod, probedHosts),
  },
  {
    id: 'privileged',
    level: 'baseline',
    since: 0,
    violations: (pod) =>
      inContainers(pod, (container) =>
        field(securityOf(container), 'privileged') === true ? ['securityContext.privileged: true'] : [],
      ),
  },
  {
    id: 'procMount',
    level: 'baseline',
    since: 0,
    violations: (pod, minor) => (minor >= 35 && hasOwnUsers(pod.spec) ? [] : procMounts(pod)),
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    since: 0,
    violations: (pod, minor) => inPodAndContainers(pod, (owner) => badSeLinux(owner, minor)),
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    since: 0,
    violations: (pod) => inPodAndContainers(pod, (owner) => badProfile(owner, 'seccompProfile')),
  },
  {
    id: 'sysctls',
    level: 'baseline',
    since: 0,
    violations: ({ spec }, minor) =>
      items(field(securityOf(spec), 'sysctls'))
        .map((sysctl) => String(field(sysctl, 'name')))
        .filter((name) => (SYSCTLS.get(name) ?? Number.POSITIVE_INFINITY) > minor)
        .map((name) => ({ read: `securityContext.sysctls: ${name}` })),
  },
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    since: 0,
    violations: (pod) =>
      inPodAndContainers(pod, (owner) =>
        at(securityOf(owner), 'windowsOptions', 'hostProcess') === true
          ? ['securityContext.windowsOptions.hostProcess: true']
          : [],
      ),
  },
];

/** The added capabilities that are not allowed. */
export function added(container: unknown, allowed: (name: string) => boolean): string[] {
  const names = words(at(securityOf(container), 'capabilities', 'add')).filter((name) => !allowed(name));
  return names.map((name) => `securityContext.capabilities.add: ${name}`);
}

/** A seccomp or AppArmor profile that is set and neither RuntimeDefault nor Localhost. */
export function badProfile(owner: unknown, name: 'appArmorProfile' | 'seccompProfile'): string[] {
  const profile = field(securityOf(owner), name);
  const type = field(profile, 'type');
  if (!isMap(profile) || type === 'RuntimeDefault' || type === 'Localhost') return [];
  return [`securityContext.${name}.type: ${String(type ?? '')}`];
}

/** Containers that unmask /proc. */
export function procMounts(pod: ReviewedPod): Violation[] {
  return inContainers(pod, (container) => {
    const mount = textAt(securityOf(container), 'procMount');
    return mount === undefined || mount === 'Default' ? [] : [`securityContext.procMount: ${mount}`];
  });
}

function hostPaths({ spec }: ReviewedPod): Violation[] {
  return items(field(spec, 'volumes'))
    .filter((volume) => isMap(field(volume, 'hostPath')))
    .map((volume) => ({ read: `volumes: ${String(field(volume, 'name'))} is a hostPath` }));
}

/** With hostNetwork the API server fills in hostPort: it is the containerPort then. */
function hostPorts(pod: ReviewedPod): Violation[] {
  const onHost = field(pod.spec, 'hostNetwork') === true;
  return inContainers(pod, (container) =>
    items(field(container, 'ports')).flatMap((port) => {
      const number = field(port, 'hostPort') || (onHost ? field(port, 'containerPort') : 0);
      return number ? [`ports: hostPort ${String(number)}`] : [];
    }),
  );
}

function badSeLinux(owner: unknown, minor: number): string[] {
  const options = field(securityOf(owner), 'seLinuxOptions');
  const type = textAt(options, 'type') ?? '';
  const known = SELINUX_TYPES.has(type) || (minor >= 31 && type === 'container_engine_t');
  const set = ['user', 'role'].filter((name) => textAt(options, name));
  return [...(known ? [] : [`type: ${type}`]), ...set.map((name) => `${name}: ${textAt(options, name)}`)].map(
    (read) => `securityContext.seLinuxOptions.${read}`,
  );
}

function probedHosts(container: unknown): string[] {
  const handlers: [string, unknown][] = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((name): [string, unknown] => [
      name,
      field(container, name),
    ]),
    ...['postStart', 'preStop'].map((name): [string, unknown] => [
      `lifecycle.${name}`,
      at(container, 'lifecycle', name),
    ]),
  ];
  return handlers.flatMap(([name, handler]) =>
    ['httpGet', 'tcpSocket'].flatMap((how) => {
      const host = textAt(handler, how, 'host');
      return host ? [`${name}.${how}.host: ${host}`] : [];
    }),
  );
}
