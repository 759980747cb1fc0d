import { isNoise } from '../diff/noise.ts';
import { equal, isMap, type YamlMap } from '../diff/values.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf, titleOf } from '../kubernetes/object.ts';
import { additions } from './add.ts';
import { differences } from './compare.ts';
import type { Finding } from './finding.ts';
import { lastField, pathText, type Step, valueAt } from './path.ts';
import { type Proposal, proposals } from './propose.ts';
import { type Leaf, leavesOf, type Place, placesOf, type ValueSource, valuePathText } from './values.ts';

/** What adopting changes, as far as it has got. Later changes of the same value replace earlier ones. */
export type Changes = Proposal;

/** What adopting needs of the outside world. */
export interface AdoptPorts {
  /**
   * The objects of the chart as it is in the workspace, rendered with these changes to its values; undefined when it does not render
   * with them. Throws when it does not render as it is, and for everything else.
   */
  render(changes: Changes): Promise<KubeObject[] | undefined>;
  /** The places of the chart's templates that write this field, for a field that no value controls. */
  templateOf(object: ObjectRef, path: readonly Step[]): Promise<string>;
}

/** What came of it. */
export interface Adoption {
  changes: Changes;
  /** What could not be adopted, one sentence for each field, and why. */
  notes: string[];
  renders: number;
}

/** So many renders are made at the most. */
export const MOST_RENDERS = 50;

/**
 * Finds the changes to values that make the rendered fields say what is live: candidates are values whose text occurs in the field;
 * one is changed, the chart rendered again, and the change kept when the field is right and nothing else moved but fields that are to
 * move too, and labels and checksums that follow. For a field that is not rendered at all, values are added to the maps and lists that
 * are called like it. `sources`: the values that the chart gets, lowest first.
 */
export async function adopt(
  findings: readonly Finding[],
  sources: readonly ValueSource[],
  ports: AdoptPorts,
): Promise<Adoption> {
  const search = new Search(findings, sources, ports);
  await search.begin();
  for (const finding of findings) if (finding.verdict === 'drift') await search.field(finding);
  return { changes: search.changes, notes: search.notes, renders: search.renders };
}

class Search {
  changes: Changes = [];
  readonly notes: string[] = [];
  renders = 0;
  readonly #goals: readonly Finding[];
  readonly #leaves: readonly Leaf[];
  readonly #places: readonly Place[];
  readonly #ports: AdoptPorts;
  /** What the chart gives with the changes so far. */
  #now: readonly KubeObject[] = [];

  constructor(goals: readonly Finding[], sources: readonly ValueSource[], ports: AdoptPorts) {
    this.#goals = goals;
    this.#leaves = leavesOf(sources);
    this.#places = placesOf(sources);
    this.#ports = ports;
  }

  async begin(): Promise<void> {
    this.#now = (await this.#render([])) ?? [];
  }

  /** Adopts one field, or says why not. */
  async field({ object, path, live }: Finding): Promise<void> {
    const name = `\`${titleOf(object)}\` \`${pathText(path)}\``;
    const reason = unfit(object, live);
    if (reason) return this.#note(`${name}: ${reason}`);
    const rendered = valueAt(find(this.#now, object), path);
    if (equal(rendered, live)) return;
    let moves = '';
    for (const candidates of this.#candidates(path, rendered, live)) {
      for (const proposal of candidates) {
        if (this.renders >= MOST_RENDERS) return this.#note(`${name}: not found within ${MOST_RENDERS} renders`);
        const tried = await this.#try(proposal, { object, path, live });
        if (tried === 'kept') return;
        if (tried === 'nearer') break;
        moves ||= tried;
      }
    }
    if (moves) this.#note(`${name}: ${moves}`);
    else await this.#uncontrolled(name, object, path);
  }

  /** One list of proposals for each text that has to change. */
  #candidates(path: readonly Step[], rendered: unknown, live: unknown): Proposal[][] {
    if (rendered === undefined) return [additions(this.#places, path, live, this.changes)];
    const field = lastField(path);
    return texts(rendered, live).map(({ now, live: wanted }) => proposals(this.#leaves, { now, live: wanted, field }));
  }

  /** `kept`; `nearer` for a list of which one more item is right; or why the change was not good although the field came right; empty when it did not. */
  async #try(proposal: Proposal, goal: Pick<Finding, 'object' | 'path' | 'live'>): Promise<string> {
    const changes = [...this.changes.filter(({ leaf }) => !proposal.some((one) => one.leaf === leaf)), ...proposal];
    const objects = await this.#render(changes);
    if (!objects) return '';
    const value = valueAt(find(objects, goal.object), goal.path);
    // Of a list one item after the other comes right.
    const before = valueAt(find(this.#now, goal.object), goal.path);
    const nearer = Array.isArray(goal.live) && gaps(value, goal.live) < gaps(before, goal.live);
    if (!equal(value, goal.live) && !nearer) return '';
    const moved = this.#moved(objects);
    const names = proposal.map(({ leaf }) => `\`${valuePathText(leaf.path)}\``).join(' and ');
    if (moved.length > 0) return `${names} controls it, and would change ${moved.slice(0, 3).join(', ')} too`;
    this.changes = changes;
    this.#now = objects;
    return equal(value, goal.live) ? 'kept' : 'nearer';
  }

  /** What else would change: everything but noise and the fields that are to change. */
  #moved(objects: readonly KubeObject[]): string[] {
    return objects.flatMap((object) => {
      const before = find(this.#now, refOf(object));
      if (!before) return [`\`${titleOf(refOf(object))}\``];
      const changed = differences(object as YamlMap, before as YamlMap);
      const wrong = changed.filter(({ path, wanted }) => !isNoisePath(path) && !this.#isGoal(object, path, wanted));
      return wrong.map(({ path }) => `\`${titleOf(refOf(object))}\` \`${pathText(path)}\``);
    });
  }

  /** The field is one that has drifted, and now says what is live; or it is new, and all that is in it is such. */
  #isGoal(object: KubeObject, path: readonly Step[], value: unknown): boolean {
    const key = keyOf(refOf(object));
    const goals = this.#goals.filter((goal) => keyOf(goal.object) === key);
    const here = pathText(path);
    if (goals.some((goal) => pathText(goal.path) === here && meets(goal.live, value))) return true;
    const inside = goals.filter((goal) => pathText(goal.path.slice(0, -1)) === here);
    const met = inside.filter((goal) => equal(valueAt(value, goal.path.slice(-1)), goal.live));
    const size = Array.isArray(value) ? value.length : isMap(value) ? Object.keys(value).length : 0;
    return size > 0 && met.length === size;
  }

  async #render(changes: Changes): Promise<KubeObject[] | undefined> {
    this.renders += 1;
    return this.#ports.render(changes);
  }

  async #uncontrolled(name: string, object: ObjectRef, path: readonly Step[]): Promise<void> {
    const place = await this.#ports.templateOf(object, path);
    this.#note(`${name}: no value of the chart was found that controls it${place ? `; ${place}` : ''}`);
  }

  #note(text: string): void {
    this.notes.push(text);
  }
}

/** Of a list one item after the other comes right. */
function meets(live: unknown, value: unknown): boolean {
  return equal(live, value) || (Array.isArray(value) && Array.isArray(live));
}

/** Why a field is not adopted whatever the chart offers. */
function unfit(object: ObjectRef, live: unknown): string | undefined {
  if (object.kind === 'Secret') return 'values of Secrets are not written into files';
  if (live === undefined) return 'it was taken away by hand: take it out of the values or the template';
  return undefined;
}

/** The pairs of texts that differ: of a list, item by item. */
function texts(rendered: unknown, live: unknown): { now: string; live: string }[] {
  if (Array.isArray(rendered) && Array.isArray(live)) {
    return rendered.length === live.length ? rendered.flatMap((item, at) => texts(item, live[at])) : [];
  }
  if (equal(rendered, live) || typeof rendered === 'object' || typeof live === 'object') return [];
  return [{ now: String(rendered), live: String(live) }];
}

function gaps(value: unknown, live: readonly unknown[]): number {
  return Array.isArray(value) ? live.filter((item, at) => !equal(item, value[at])).length : live.length + 1;
}

function find(objects: readonly KubeObject[], ref: ObjectRef): KubeObject | undefined {
  const [key, wide] = [keyOf(ref), keyOf({ ...ref, namespace: undefined })];
  return objects.find(
    (object) => [key, wide].includes(keyOf(refOf(object))) || keyOf({ ...refOf(object), namespace: undefined }) === key,
  );
}

/** Labels and annotations that follow the version and the content of other objects. */
function isNoisePath(path: readonly Step[]): boolean {
  const names = path.map((step) => ('field' in step ? step.field : ''));
  const [metadata, map = '', last = ''] = names.slice(-3);
  if (metadata !== 'metadata' || names.includes('volumeClaimTemplates')) return false;
  const saying = (value: string): YamlMap => ({ metadata: { [map]: { [last]: value } } });
  return isNoise(saying('a'), saying('b'));
}
