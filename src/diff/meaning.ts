import { visible } from './canonical.ts';
import { containersOf } from './documents.ts';
import { type Pair, shown } from './pairs.ts';
import { at, equal, field } from './values.ts';
import { isAlarming, ownersOfReplicas, podTemplateOf, WORKLOADS } from './workloads.ts';

/** One part of the line: `image` with `1.4.0 → 1.5.0`. The value comes from the chart and may be empty; escape it. */
export interface MeaningPart {
  kind: 'image' | 'replicas' | 'added' | 'removed' | 'restart' | 'hooks' | 'crds';
  label: string;
  value: string;
}

/** What a diff means, before its text. `text` is the parts on one line, without markup. */
export interface Meaning {
  parts: MeaningPart[];
  text: string;
}

/** Names at most this many of a sort; the rest is counted. */
const MOST_NAMES = 4;

/** Says what the change does: images, replicas, objects that come and go, workloads that restart. */
export function meaningOf(pairs: readonly Pair[]): Meaning {
  const release = pairs.filter((pair) => shown(pair).source === 'manifest');
  const parts = [
    ...part('image', 'image', imageChanges(pairs)),
    ...part('replicas', 'replicas', replicaChanges(release)),
    ...objectsPart(release, 'added', '+'),
    ...objectsPart(release, 'removed', '−'),
    ...restartPart(release),
    ...otherPart(pairs, 'hooks', 'hook'),
    ...otherPart(pairs, 'crds', 'CRD in crds/'),
  ];
  return { parts, text: parts.map(({ label, value }) => (value === '' ? label : `${label} ${value}`)).join(' · ') };
}

function part(kind: MeaningPart['kind'], label: string, values: string[]): MeaningPart[] {
  return values.length === 0 ? [] : [{ kind, label, value: named(values) }];
}

function named(values: string[]): string {
  const rest = values.length - MOST_NAMES;
  return values.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Each change of an image once, whatever the number of containers it happens in. */
function imageChanges(pairs: readonly Pair[]): string[] {
  const changes = new Map<string, { old: string; now: string }>();
  for (const pair of pairs) {
    const before = imagesOf(pair.old?.object);
    for (const [name, now] of imagesOf(pair.now?.object)) {
      const old = before.get(name);
      if (old !== undefined && old !== now) changes.set(`${old} ${now}`, { old, now });
    }
  }
  const single = changes.size === 1;
  return [...changes.values()].map((change) => imageText(change, single));
}

function imagesOf(object: unknown): Map<string, string> {
  const images = new Map<string, string>();
  for (const container of containersOf(field(podTemplateOf(object), 'spec'))) {
    const name = field(container, 'name');
    const image = field(container, 'image');
    if (typeof name === 'string' && typeof image === 'string') images.set(name, image);
  }
  return images;
}

function imageText({ old, now }: { old: string; now: string }, single: boolean): string {
  const [before, after] = [imageParts(old), imageParts(now)];
  if (before.repository !== after.repository) return `${visible(old)} → ${visible(now)}`;
  const name = single ? '' : `${before.repository.split('/').at(-1)} `;
  return visible(`${name}${before.version} → ${after.version}`);
}

/** A tag follows the last colon behind the last slash; a port stands before it. */
function imageParts(image: string): { repository: string; version: string } {
  const [name = '', digest] = image.split('@', 2);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repository = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  const short = digest?.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
  return { repository, version: [tag, short].filter((text) => text !== undefined).join('@') || 'latest' };
}

function replicaChanges(pairs: readonly Pair[]): string[] {
  const before = ownersOfReplicas(pairs.flatMap((pair) => pair.old ?? []));
  const after = ownersOfReplicas(pairs.flatMap((pair) => pair.now ?? []));
  const texts = pairs.flatMap((pair) => {
    const { ref, key } = shown(pair);
    if (!pair.old || !pair.now || !WORKLOADS.has(ref.kind) || ref.kind === 'DaemonSet') return [];
    const old = before.get(key)?.text ?? replicasOf(pair.old.object);
    const now = after.get(key)?.text ?? replicasOf(pair.now.object);
    return old === now ? [] : [{ name: ref.name, text: `${old} → ${now}` }];
  });
  return texts.map(({ name, text }) => visible(texts.length === 1 ? text : `${name} ${text}`));
}

function replicasOf(object: unknown): string {
  const replicas = at(object, 'spec', 'replicas') ?? 1;
  return typeof replicas === 'object' ? '?' : String(replicas);
}

function objectsPart(pairs: readonly Pair[], change: 'added' | 'removed', sign: string): MeaningPart[] {
  const refs = pairs.filter((pair) => pair.change === change).map((pair) => shown(pair).ref);
  if (refs.length === 0) return [];
  const kinds = new Map<string, number>();
  for (const { kind, apiVersion } of refs) {
    const name = visible(kind) + (change === 'removed' && isAlarming({ kind, apiVersion }) ? '!' : '');
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  // What cannot be brought back is named first, so that no cut hides it.
  const names = [...kinds].sort(([a], [b]) => Number(b.endsWith('!')) - Number(a.endsWith('!')));
  const value = named(names.map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)));
  return [{ kind: change, label: `${sign}${count(refs.length, 'object')}`, value: `(${value})` }];
}

function restartPart(pairs: readonly Pair[]): MeaningPart[] {
  const restarting = pairs.filter(restarts).map((pair) => visible(shown(pair).ref.name));
  if (restarting.length === 0) return [];
  const label = `${count(restarting.length, 'workload')} ${restarting.length === 1 ? 'restarts' : 'restart'}`;
  return [{ kind: 'restart', label, value: `(pod template changed: ${named(restarting)})` }];
}

/** True when the controller replaces the pods by itself because their template changed. */
export function restarts(pair: Pair): boolean {
  if (!pair.old || !pair.now || !WORKLOADS.has(pair.now.ref.kind)) return false;
  const spec = field(pair.now.object, 'spec');
  const type = at(spec, 'updateStrategy', 'type');
  const stands = type === 'OnDelete' || field(spec, 'paused') === true || field(spec, 'replicas') === 0;
  return !stands && !equal(podTemplateOf(pair.old.object), podTemplateOf(pair.now.object));
}

function otherPart(pairs: readonly Pair[], source: 'hooks' | 'crds', name: string): MeaningPart[] {
  const changed = pairs.filter((pair) => shown(pair).source === source && pair.change !== 'unchanged');
  if (changed.length === 0) return [];
  return [
    { kind: source, label: `${changed.length} ${changed.length === 1 ? name : plural(name)} changed`, value: '' },
  ];
}

function plural(name: string): string {
  return name.replace(/^\S+/, '$&s');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
