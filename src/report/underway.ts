import type { ImageDifference } from '../rollout/images.ts';
import { imagesText } from './image-text.ts';
import { clip, code, duration, escapeText, moment } from './markdown.ts';
import { type Redact, redactDeep } from './redact.ts';
import type { RunReport } from './report.ts';

/** What is known of a deploy when it begins. */
export interface Underway {
  release: string;
  namespace: string;
  cluster: string;
  /** The newest revision before; undefined for a first install. */
  before?: number;
  /** The revision that a failure goes back to. */
  target?: number;
  images: ImageDifference[];
  /** ms since 1970, and ms. */
  startedAt: number;
  timeoutMs: number;
  helmVersion: string;
  run: RunReport;
}

/** So many images are named. */
const IMAGES = 5;

/** The comment while the deploy is at work. Short: the run replaces it when it ends. Nothing secret is in it. */
export function underwayText(underway: Underway, redact: Redact): string {
  const { release, namespace } = underway;
  const { images, target, before, startedAt, timeoutMs, run, helmVersion } = redactDeep(underway, redact);
  const watch = run.url ? ` [Watch the run](${run.url}).` : '';
  const back = target === undefined ? 'it is removed again' : `it goes back to revision ${target}`;
  const lines = [
    `### ⎈ ${escapeText(clip(release, 200))} → ${escapeText(clip(namespace, 200))} · deploying ⏳ revision ${(before ?? 0) + 1}`,
    '',
    ...(images.length > 0 ? [imagesText(images, 300, IMAGES).join(' · '), ''] : []),
    `Since ${moment(startedAt)}, for at most ${duration(timeoutMs)}; when it fails, ${back}.${watch}`,
    '',
    `<sub>${[before === undefined ? '' : `Before: revision ${before}`, code(run.sha.slice(0, 7)), `Helm ${helmVersion}`].filter(Boolean).join(' · ')}</sub>`,
  ];
  return `${lines.join('\n')}\n`;
}
