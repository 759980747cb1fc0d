import { visible } from './canonical.ts';

/** Fields of one object that another manager owns with a value that an apply without force would have to change. */
export interface FieldConflict {
  /** `kubectl-set`, or `kubectl (scale)` when it wrote through a subresource. */
  manager: string;
  /** As the API server names them: `.spec.template.spec.containers[name="web"].image`. */
  fields: string[];
}

// https://github.com/kubernetes/apimachinery/blob/v0.32.0/pkg/util/managedfields/internal/conflict.go
const WHO = String.raw`"((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?(?: using [^\s:]+(?: at \S+)?)?:`;
const ONE = new RegExp(String.raw`\bconflict with ${WHO} (\..*)$`, 'gm');
const MANY = new RegExp(String.raw`\bconflicts with ${WHO}\n((?:- .*(?:\n|$))+)`, 'g');

/** The conflicts in the API server's answer to a server-side apply without force; none in any other text. */
export function conflictsIn(answer: string): FieldConflict[] {
  const one = [...answer.matchAll(ONE)].map(([, manager = '', through = '', field = '']) =>
    conflict(manager, through, [field]),
  );
  const many = [...answer.matchAll(MANY)].map(([, manager = '', through = '', list = '']) =>
    conflict(manager, through, list.trimEnd().split('\n').map(withoutDash)),
  );
  return [...one, ...many];
}

function conflict(manager: string, through: string, fields: string[]): FieldConflict {
  return { manager: through === '' ? manager : `${manager} (${through})`, fields };
}

function withoutDash(line: string): string {
  return line.replace(/^- /, '').trimEnd();
}

/** So many fields of one manager are named; the rest is counted. */
const MOST_FIELDS = 4;

/** One sentence: object, fields, who owns them, and what a deploy does about it. `object`: `Deployment/web`. */
export function conflictWarning(object: string, { manager, fields }: FieldConflict): string {
  const named = fields.slice(0, MOST_FIELDS).map((field) => `\`${visible(field)}\``);
  const rest = fields.length - named.length;
  const all = named.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const why = `a plain \`helm upgrade\` of Helm 4 fails there, this action's deploy overwrites it (\`--force-conflicts\`), or refuses with \`on-drift: fail\`, when a person set it`;
  return `Field conflict: \`${visible(object)}\` ${all} ${fields.length === 1 ? 'belongs' : 'belong'} to \`${visible(manager)}\`: ${why}`;
}
