import type { Check } from '../check.ts';
import { eachContainer } from '../finding.ts';

const ID = 'image-pin';

/** An image must name one build: a tag that moves cannot be rolled back to. */
export const imagePin: Check = {
  id: ID,
  title: 'images are pinned',
  section: '3',
  severity: 'medium',
  run: ({ subjects }) =>
    subjects.flatMap((subject) =>
      eachContainer(ID, subject, ({ spec }) => {
        const { image } = spec;
        if (typeof image !== 'string' || image === '') {
          return { verdict: 'unknown', read: 'image: not set', reason: 'something else has to fill in the image' };
        }
        const read = `image: ${image}`;
        if (image.includes('@')) return { verdict: 'pass', read, reason: 'the digest names one build' };
        const tag = tagOf(image);
        if (tag !== undefined && tag !== 'latest') return { verdict: 'pass', read, reason: 'the tag names a version' };
        const reason = 'every new pod may run something else, and a rollback brings nothing back';
        return { verdict: 'fail', read, reason, remedy: `image: ${withoutTag(image)}:1.4.2 # or @sha256:…` };
      }),
    ),
};

/** The colon of a registry's port is no tag. */
function tagOf(image: string): string | undefined {
  const [, tag] = /:([^:/]+)$/.exec(image) ?? [];
  return tag;
}

function withoutTag(image: string): string {
  return image.replace(/:[^:/]*$/, '');
}
