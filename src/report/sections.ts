/**
 * A piece of a comment or summary in several lengths. A part is whole in each of them (fences and tags close), so a text is only
 * ever cut between parts.
 */
export interface Section {
  /** What a reader misses when it is shortened: `the evidence`. Plain words of our own. */
  name: string;
  /** 0 is kept longest; of two sections the one with the higher rank is shortened first. */
  rank: number;
  /** Markdown above and below the parts; each with the line breaks that it needs. */
  head?: string;
  foot?: string;
  parts: readonly Part[];
  /** What stands between two parts; a blank line when it is not given. */
  joint?: string;
  /** One line for all of it, when not even one part fits; empty: it is left out, and named as missing. */
  line: string;
  /** What a part is called: `object`. The note says how many are missing, under the last that is shown. */
  noun?: string;
  /** How that note is written into the section; a table's row, a list's item. */
  note?: (text: string) => string;
}

/** One object, one row, one paragraph: its Markdown from the fullest to the shortest. */
export type Part = readonly [string, ...string[]];

/** A text that fits, and the names of the sections that are not in it in full. */
export interface Fitted {
  text: string;
  shortened: string[];
}

const BETWEEN = '\n\n';

interface State {
  section: Section;
  /** How many parts are shown; 0: the one line. */
  shown: number;
  /** Which form of each part is shown. */
  forms: number[];
  gone: boolean;
}

/**
 * The richest text of at most `limit` UTF-8 bytes: everything in full when it fits, else full → short → list → one line, section by
 * section from the highest rank down. Whatever is shortened is named in a last line that ends with `where` the rest is (Markdown).
 */
export function fitSections(sections: readonly Section[], limit: number, where: string): Fitted {
  const full = sections.map((section) => stateOf(section, section.parts.length, 0));
  if (sizeOf(full) <= limit) return { text: textOf(full), shortened: [] };
  const states = sections.map((section) => stateOf(section, 0, 0));
  const room = limit - bytes(notice(sections.map(pessimist), where)) - bytes(BETWEEN);
  const ranked = states.toSorted((a, b) => a.section.rank - b.section.rank);
  for (const state of ranked.toReversed()) if (sizeOf(states) > room) state.gone = true;
  let left = room - sizeOf(states);
  for (const state of ranked) if (!state.gone) left -= grow(state, left);
  const missing = states.flatMap((state) => lost(state) ?? []);
  const text = [textOf(states), missing.length > 0 ? notice(missing, where) : ''].filter(Boolean).join(BETWEEN);
  // A limit below the notice itself leaves room for nothing.
  return { text: bytes(text) <= limit ? text : '', shortened: missing.map(({ name }) => name) };
}

function stateOf(section: Section, shown: number, form: number): State {
  return { section, shown, forms: section.parts.map((part) => Math.min(form, part.length - 1)), gone: false };
}

/** Shows as much of a section as `left` bytes more allow; returns how many it took. */
function grow(state: State, left: number): number {
  const { section } = state;
  if (section.parts.length === 0) return 0;
  const before = sectionSize(state);
  const limit = before + left;
  const last = section.parts.map((part) => part.length - 1);
  Object.assign(state, { shown: howMany(section, last, limit), forms: last });
  if (state.shown === 0) return 0;
  let size = sectionSize(state);
  const deepest = Math.max(...levels(section));
  for (let level = deepest - 1; level >= 0; level -= 1) {
    for (let at = 0; at < state.shown; at += 1) {
      const more =
        level < (last[at] ?? 0) ? partSize(section, at, level) - partSize(section, at, state.forms[at] ?? 0) : 0;
      if (level >= (last[at] ?? 0) || size + more > limit) continue;
      state.forms[at] = level;
      size += more;
    }
  }
  return size - before;
}

function levels(section: Section): number[] {
  // No spread over the parts themselves: there may be many thousands.
  return [section.parts.reduce((most, part) => Math.max(most, part.length), 1)];
}

/** How many parts fit in these forms, the note on the others included; 0 when that is none. */
function howMany(section: Section, forms: number[], limit: number): number {
  const count = section.parts.length;
  const all: State = { section, shown: count, forms, gone: false };
  if (sectionSize(all) <= limit) return count;
  const frame = bytes(section.head ?? '') + bytes(section.foot ?? '');
  let size = frame + bytes(joint(section)) + bytes(noteOn(section, count));
  let shown = 0;
  for (; shown < count; shown += 1) {
    size += partSize(section, shown, forms[shown] ?? 0) + (shown > 0 ? bytes(joint(section)) : 0);
    if (size > limit) break;
  }
  return shown;
}

function partSize(section: Section, at: number, form: number): number {
  return bytes(section.parts[at]?.[form] ?? '');
}

function sectionSize(state: State): number {
  return bytes(sectionText(state));
}

function sizeOf(states: readonly State[]): number {
  return bytes(textOf(states));
}

function textOf(states: readonly State[]): string {
  return states
    .map(sectionText)
    .filter((text) => text !== '')
    .join(BETWEEN);
}

function sectionText({ section, shown, forms, gone }: State): string {
  if (gone) return '';
  if (shown === 0) return section.line;
  const parts = section.parts.slice(0, shown).map((part, at) => part[forms[at] ?? 0] ?? '');
  const hidden = section.parts.length - shown;
  const all = hidden > 0 ? [...parts, noteOn(section, hidden)] : parts;
  return `${section.head ?? ''}${all.join(joint(section))}${section.foot ?? ''}`;
}

function joint(section: Section): string {
  return section.joint ?? BETWEEN;
}

function noteOn({ noun = 'part', note }: Section, hidden: number): string {
  const text = `… and ${count(hidden, noun)} more`;
  return note ? note(text) : text;
}

interface Missing {
  name: string;
  what: string;
}

/** What is not in full in a section, or undefined when all of it is. */
function lost({ section, shown, forms, gone }: State): Missing | undefined {
  const { name, noun = 'part', parts, line } = section;
  if (gone || (shown === 0 && parts.length > 0)) return { name, what: gone || line === '' ? 'left out' : 'one line' };
  const short = forms.slice(0, shown).filter((form) => form > 0).length;
  const hidden = parts.length - shown;
  if (short === 0 && hidden === 0) return undefined;
  if (parts.length === 1) return { name, what: 'shortened' };
  const said = [
    hidden > 0 ? `${count(hidden, noun)} left out` : '',
    short > 0 ? `${count(short, noun)} shortened` : '',
  ];
  return { name, what: said.filter(Boolean).join(', ') };
}

/** The longest that a section may add to the notice. */
function pessimist({ name, noun = 'part', parts }: Section): Missing {
  const most = count(Math.max(2, parts.length), noun);
  return { name, what: `${most} left out, ${most} shortened` };
}

function notice(missing: readonly Missing[], where: string): string {
  return `_Not all fits here: ${missing.map(({ name, what }) => `${name} (${what})`).join(', ')}._ All of it is in ${where}.`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
