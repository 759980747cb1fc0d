import { groupOf, type ObjectRef } from '../kubernetes/object.ts';
import { fullPath, pathText, type Step } from './path.ts';

/** One line of the input `drift-ignore`. */
export interface IgnoreRule {
  /** As it was written. */
  line: string;
  matches(object: ObjectRef, path: readonly Step[]): boolean;
}

const LINE = /^([A-Za-z*][A-Za-z0-9*]*(?:\.[a-z0-9.*-]+)?)\/(\S+)(?:\s+(\S.*))?$/;

/**
 * Reads one line: `Kind/name`, or `Kind/name path`. The kind may carry its API group (`Certificate.cert-manager.io/web`); a path
 * (`spec.template.spec.containers[web].image`) covers everything below it; `*` stands for any run of characters.
 * Undefined when the line is not that.
 */
export function ignoreRule(line: string): IgnoreRule | undefined {
  const [, kind = '', name = '', path = ''] = LINE.exec(line.trim()) ?? [];
  if (kind === '') return undefined;
  const [kindOnly = '', ...group] = kind.split('.');
  const kinds = pattern(kindOnly, '$');
  const groups = group.length > 0 ? pattern(group.join('.'), '$') : undefined;
  const names = pattern(name, '$');
  const paths = path === '' ? undefined : pattern(fullPath(path), '(?:$|[.[])');
  return {
    line: line.trim(),
    matches: (object, at) =>
      kinds.test(object.kind) &&
      names.test(object.name) &&
      (groups?.test(groupOf(object.apiVersion)) ?? true) &&
      (paths?.test(pathText(at)) ?? true),
  };
}

function pattern(text: string, end: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}${end}`);
}
