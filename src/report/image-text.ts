import type { ImageDifference } from '../rollout/images.ts';
import { clip, code } from './markdown.ts';

/** `1.4.0 → 1.5.0` when only the tag is another, else both references in full; Markdown. `length`: of each, at most. */
export function imageText({ from, to }: Pick<ImageDifference, 'from' | 'to'>, length: number): string {
  const [old, now] = [split(from), split(to)];
  const short = old.name === now.name && old.tag !== '' && now.tag !== '';
  const [before, after] = short ? [old.tag, now.tag] : [from, to];
  return `${code(clip(before, length))} → ${code(clip(after, length))}`;
}

/**
 * The images in one line, each with its container's name when there are several kinds of change; equal changes once.
 * At most `items` of them.
 */
export function imagesText(images: readonly ImageDifference[], length: number, items: number): string[] {
  const texts = images.map((image) => ({ container: image.container, text: imageText(image, length) }));
  const several = new Set(texts.map(({ text }) => text)).size > 1;
  const lines = texts.map(({ container, text }) => (several ? `${code(clip(container, length))} ${text}` : text));
  const unique = [...new Set(lines)].map((text) => `**image** ${text}`);
  return unique.length > items ? [...unique.slice(0, items), `… and ${unique.length - items} more`] : unique;
}

/** A port in the registry's name is no tag: https://github.com/distribution/reference/blob/main/reference.go */
function split(image: string): { name: string; tag: string } {
  const at = /^(.+?)(?::([\w.-]+)|@(\w+:[0-9a-f]+))$/.exec(image);
  return at ? { name: at[1] ?? '', tag: at[2] ?? at[3] ?? '' } : { name: image, tag: '' };
}
