import { titleOf } from '../kubernetes/object.ts';
import { clip, code, escapeText } from './markdown.ts';
import type { ReviewReport } from './report.ts';

/**
 * Whether what was deployed is what the pull request's diff showed, as sentences; at most `items` objects are named. `end`: how the
 * deploy came out, because what failed is not "as reviewed" to a reader.
 */
export function reviewText(
  reviewed: ReviewReport,
  { length, items }: { length: number; items: number },
  end: 'done' | 'failed',
): string {
  const diff = reviewed.diffUrl ? ` ([its diff](${reviewed.diffUrl}))` : '';
  if (reviewed.state === 'not-compared') {
    return `**Not compared with what was reviewed**${diff}: ${escapeText(clip(reviewed.why, length))}.`;
  }
  const aside = asideOf(reviewed);
  if (reviewed.state === 'as-reviewed') {
    const said = end === 'done' ? 'As reviewed in' : '**Reviewed** without an exception in';
    return `${said} this pull request${diff}.${aside}`;
  }
  return `**Reviewed** in this pull request${diff}, **except:** ${exceptions(reviewed, length, items)}.${aside}`;
}

function exceptions({ except, missing }: ReviewReport, length: number, items: number): string {
  const named = except.slice(0, items).map(({ ref, change }) => {
    return `${code(clip(titleOf(ref), length))}${change === 'added' ? ' (not in the reviewed render)' : ''}`;
  });
  const more = except.length - named.length;
  const gone = missing === 1 ? '1 reviewed object that is gone' : `${missing} reviewed objects that are gone`;
  return [...named, ...(more > 0 ? [`… and ${more} more`] : []), ...(missing > 0 ? [gone] : [])].join(', ');
}

function asideOf({ random, secrets }: ReviewReport): string {
  const said = [
    random > 0 ? `${count(random, 'object')} that the chart renders anew each time` : '',
    secrets > 0 ? `the contents of ${count(secrets, 'Secret')}` : '',
  ].filter(Boolean);
  return said.length > 0 ? ` Set aside: ${said.join(' and ')}.` : '';
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
