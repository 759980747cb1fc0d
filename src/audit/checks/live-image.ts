import type { Check, Finding, LiveFacts } from '../check.ts';
import { about } from '../finding.ts';
import { podsOf, refusalOf } from '../live.ts';
import type { Subject } from '../subject.ts';
import { subjectsOf } from '../subjects.ts';

const ID = 'live-image';

/** What really runs is what the release says: nobody used `kubectl set image`. */
export const liveImage: Check = {
  id: ID,
  title: 'the running image is the one of the release',
  section: '5',
  severity: 'high',
  run: ({ live }) => {
    if (!live) return [];
    const running = subjectsOf(live.released).filter(({ ref, hook }) => !hook && !/Job$/.test(ref.kind));
    return running.flatMap((subject) => judge(subject, live));
  },
};

function judge(subject: Subject, live: LiveFacts): Finding[] {
  const refusal = refusalOf(live, 'Pod');
  if (refusal !== undefined) return [about(ID, subject, { verdict: 'unknown', read: 'pods', reason: refusal })];
  const pods = podsOf(subject, live);
  if (pods.length === 0) {
    if (subject.replicas === 0) {
      return [about(ID, subject, { verdict: 'skip', read: 'no pod', reason: 'it is scaled to zero' })];
    }
    const isSure = subject.ref.kind !== 'DaemonSet';
    return [about(ID, subject, { verdict: isSure ? 'fail' : 'unknown', read: 'no pod', reason: 'no pod of it runs' })];
  }
  const wrong = subject.containers.flatMap(({ spec }) => {
    const running = pods.flatMap((pod) => [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]);
    const others = running.filter(({ name, image }) => name === spec.name && image !== spec.image);
    const images = [...new Set(others.map(({ image }) => image))];
    return images.map((image) => {
      const read = `image: ${image}`;
      const reason = `${others.length} of ${pods.length} pods run it, the release says \`${spec.image}\``;
      const remedy = '# deploy: it brings the image of the release back';
      return about(ID, subject, { verdict: 'fail', read, reason, remedy }, spec.name);
    });
  });
  if (wrong.length > 0) return wrong;
  const read = subject.containers.map(({ spec }) => spec.image).join(', ');
  return [about(ID, subject, { verdict: 'pass', read, reason: `${pods.length} pods run what the release says` })];
}
