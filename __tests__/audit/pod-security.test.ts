import { describe, expect, it } from '@jest/globals';
import type { Level } from '../../src/audit/pod-security/control.ts';
import { controlsOf, LATEST_MINOR, review, reviewedPod } from '../../src/audit/pod-security/review.ts';
import { subjectsOf } from '../../src/audit/subjects.ts';
import { goodPod, type LoosePod } from './pod-specs.ts';

function broken(edit: (pod: LoosePod['spec']) => void, level: Level, minor: number): string[] {
  const pod = goodPod('p');
  edit(pod.spec);
  const [subject] = subjectsOf([pod]);
  if (!subject) throw new Error('no workload');
  const rulings = review(reviewedPod(subject), level, minor);
  return rulings.filter(({ violations }) => violations.length > 0).map(({ control }) => control.id);
}

/** What the bed's Kubernetes cannot show: the rules of later versions. */
describe('Pod Security of later versions', () => {
  it.each([
    ['a probe that names a host', 33, [], []],
    ['a probe that names a host', 34, ['hostProbesAndHostLifecycle'], ['hostProbesAndHostLifecycle']],
  ])('%s, 1.%s', (_, minor, baseline, restricted) => {
    const edits: ((pod: LoosePod) => void)[] = [
      (pod) => Object.assign(pod.containers[0], { startupProbe: { tcpSocket: { port: 1, host: 'h' } } }),
      (pod) => Object.assign(pod.initContainers[0], { lifecycle: { preStop: { httpGet: { port: 1, host: 'h' } } } }),
    ];
    for (const edit of edits) {
      expect(broken(edit, 'baseline', minor)).toEqual(baseline);
      expect(broken(edit, 'restricted', minor)).toEqual(restricted);
    }
    const noHost = (pod: LoosePod): void =>
      Object.assign(pod.containers[0], { startupProbe: { httpGet: { port: 1, host: '' } } });
    expect(broken(noHost, 'baseline', minor)).toEqual([]);
  });

  it('lets a pod with its own users be root since 1.35, and unmask /proc under baseline alone', () => {
    const root = (pod: LoosePod): void => {
      pod.hostUsers = false;
      pod.securityContext = { ...pod.securityContext, runAsNonRoot: false, runAsUser: 0 };
      pod.containers[0].securityContext.procMount = 'Unmasked';
    };
    expect(broken(root, 'baseline', 34)).toEqual(['procMount']);
    expect(broken(root, 'restricted', 34)).toEqual(['procMount', 'runAsNonRoot', 'runAsUser']);
    expect(broken(root, 'baseline', 35)).toEqual([]);
    expect(broken(root, 'restricted', 35)).toEqual(['procMount_restricted']);
  });

  it('allows the sysctls of 1.37 and image volumes of 1.33, not before', () => {
    const sysctl = (pod: LoosePod): void => {
      pod.securityContext.sysctls = [{ name: 'net.ipv4.tcp_notsent_lowat', value: '1' }];
    };
    expect(broken(sysctl, 'baseline', 36)).toEqual(['sysctls']);
    expect(broken(sysctl, 'baseline', 37)).toEqual([]);
    const image = (pod: LoosePod): void => pod.volumes.push({ name: 'v', image: { reference: 'a:1' } });
    expect(broken(image, 'restricted', 32)).toEqual(['restrictedVolumes']);
    expect(broken(image, 'restricted', 33)).toEqual([]);
  });

  it('speaks of ephemeral containers, which only a running pod has', () => {
    const debug = (pod: LoosePod): void => {
      pod.ephemeralContainers = [{ name: 'debug', image: 'a:1', securityContext: { privileged: true } }];
    };
    expect(broken(debug, 'baseline', LATEST_MINOR)).toEqual(['privileged']);
    expect(broken(debug, 'restricted', LATEST_MINOR)).toEqual([
      'privileged',
      'allowPrivilegeEscalation',
      'capabilities_restricted',
    ]);
  });

  it('knows so many controls, each once', () => {
    for (const level of ['baseline', 'restricted'] as const) {
      const ids = controlsOf(level, LATEST_MINOR).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(controlsOf('baseline', 32)).toHaveLength(11);
    expect(controlsOf('baseline', LATEST_MINOR)).toHaveLength(12);
    expect(controlsOf('restricted', LATEST_MINOR)).toHaveLength(15);
  });
});
