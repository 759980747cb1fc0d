/** What stands in place of something hidden. */
export const MASK = '***';

/** Takes secrets out of a text that is going to leave. */
export type Redact = (text: string) => string;

/** One step on the way into the forms: either few of them, or the next character decides. */
interface Branch {
  /** Longest first. */
  few?: string[];
  next?: Map<number, Branch>;
  /** A form ends here. */
  ends?: boolean;
}

/** So many forms are compared one by one. */
const FEW = 4;

/**
 * A function that replaces every place where one of the forms stands, and places that overlap or touch as one. Time is linear in
 * the text: at each place at most as many characters are looked at as the longest form has, and secretForms keeps that short.
 */
export function hider(forms: readonly string[]): Redact {
  const root: Branch = { next: branches([...forms], 0) };
  const first = new Uint8Array(0x10000);
  for (const form of forms) first[form.charCodeAt(0)] = 1;
  return (text) => {
    const kept: string[] = [];
    let from = 0;
    let start = -1;
    let end = -1;
    for (let at = 0; at < text.length; at += 1) {
      const length = first[text.charCodeAt(at)] === 1 ? longestAt(root, text, at) : 0;
      if (length === 0) continue;
      if (at > end) {
        if (start >= 0) {
          kept.push(text.slice(from, start), MASK);
          from = end;
        }
        start = at;
      }
      end = Math.max(end, at + length);
    }
    if (start < 0) return text;
    kept.push(text.slice(from, start), MASK, text.slice(end));
    return kept.join('');
  };
}

function branches(forms: string[], depth: number): Map<number, Branch> {
  const groups = new Map<number, string[]>();
  for (const form of forms) {
    const group = groups.get(form.charCodeAt(depth));
    if (group) group.push(form);
    else groups.set(form.charCodeAt(depth), [form]);
  }
  return new Map([...groups].map(([char, group]) => [char, branch(group, depth + 1)]));
}

function branch(forms: string[], depth: number): Branch {
  if (forms.length <= FEW) return { few: forms.toSorted((a, b) => b.length - a.length) };
  const longer = forms.filter((form) => form.length > depth);
  return { ends: longer.length < forms.length, next: branches(longer, depth) };
}

/** The length of the longest form that stands at this place; 0 when none does. */
function longestAt(root: Branch, text: string, at: number): number {
  let found = 0;
  let depth = 0;
  for (let here: Branch | undefined = root; here; depth += 1) {
    if (here.few) return here.few.find((form) => text.startsWith(form, at))?.length ?? found;
    if (here.ends) found = depth;
    here = here.next?.get(text.charCodeAt(at + depth));
  }
  return found;
}
