import { at, field, isMap, items } from '../../diff/values.ts';
import { added, badProfile, procMounts } from './baseline.ts';
import {
  type Control,
  hasOwnUsers,
  inContainers,
  inPodAndContainers,
  isWindows,
  type ReviewedPod,
  securityOf,
  type Violation,
  words,
} from './control.ts';

/** https://github.com/kubernetes/pod-security-admission/blob/v0.37.0/policy/check_restrictedVolumes.go */
const VOLUMES: ReadonlySet<string> = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);

/** The controls that the level `restricted` adds to `baseline`. */
export const RESTRICTED: readonly Control[] = [
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since: 8,
    violations: (pod) =>
      isWindows(pod.spec)
        ? []
        : inContainers(pod, (container) => {
            const value = field(securityOf(container), 'allowPrivilegeEscalation');
            return value === false ? [] : [`securityContext.allowPrivilegeEscalation: ${shown(value)}`];
          }),
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    overrides: 'capabilities_baseline',
    violations: (pod) => (isWindows(pod.spec) ? [] : inContainers(pod, badCapabilities)),
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    since: 35,
    overrides: 'procMount',
    violations: (pod) => procMounts(pod),
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    since: 0,
    overrides: 'hostPathVolumes',
    violations: ({ spec }, minor) => items(field(spec, 'volumes')).flatMap((volume) => badVolume(volume, minor)),
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    since: 0,
    violations: (pod, minor) => (minor >= 35 && hasOwnUsers(pod.spec) ? [] : mayBeRoot(pod)),
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    since: 23,
    violations: (pod, minor) =>
      minor >= 35 && hasOwnUsers(pod.spec)
        ? []
        : inPodAndContainers(pod, (owner) =>
            field(securityOf(owner), 'runAsUser') === 0 ? ['securityContext.runAsUser: 0'] : [],
          ),
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    overrides: 'seccompProfile_baseline',
    violations: seccomp,
  },
];

/** Capabilities must drop exactly `ALL` and may add only NET_BIND_SERVICE. */
export function badCapabilities(container: unknown): string[] {
  const dropped = words(at(securityOf(container), 'capabilities', 'drop'));
  const missing = dropped.includes('ALL') ? [] : [`securityContext.capabilities.drop: [${dropped.join(', ')}]`];
  return [...missing, ...added(container, (name) => name === 'NET_BIND_SERVICE')];
}

/** A false anywhere is wrong, also on the pod when every container says true. */
export function mayBeRoot(pod: ReviewedPod): Violation[] {
  const onPod = field(securityOf(pod.spec), 'runAsNonRoot');
  const wrong = onPod === false ? [{ read: 'securityContext.runAsNonRoot: false' }] : [];
  return [
    ...wrong,
    ...inContainers(pod, (container) => {
      const own = field(securityOf(container), 'runAsNonRoot');
      const effective = isSet(own) ? own : onPod;
      return effective === true || (!isSet(own) && onPod === false)
        ? []
        : [`securityContext.runAsNonRoot: ${shown(own)}`];
    }),
  ];
}

/** Windows knows no seccomp; elsewhere every container needs a profile, its own or the pod's. */
export function seccomp(pod: ReviewedPod): Violation[] {
  if (isWindows(pod.spec)) return [];
  const has = (owner: unknown): boolean => isMap(field(securityOf(owner), 'seccompProfile'));
  const covered = has(pod.spec) && badProfile(pod.spec, 'seccompProfile').length === 0;
  return [
    ...badProfile(pod.spec, 'seccompProfile').map((read) => ({ read })),
    ...inContainers(pod, (container) => {
      if (has(container)) return badProfile(container, 'seccompProfile');
      return covered ? [] : ['securityContext.seccompProfile: not set'];
    }),
  ];
}

/** A volume without a source is an emptyDir: the API server fills it in. */
function badVolume(volume: unknown, minor: number): Violation[] {
  if (!isMap(volume)) return [];
  const sources = Object.keys(volume).filter((key) => key !== 'name' && isSet(volume[key]));
  const allowed = sources.length === 0 || sources.some((key) => VOLUMES.has(key) || (key === 'image' && minor >= 33));
  return allowed ? [] : [{ read: `volumes: ${String(volume.name)} is a ${sources.join(', ')}` }];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function shown(value: unknown): string {
  return isSet(value) ? String(value) : 'not set';
}
