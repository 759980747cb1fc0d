/** The flags of the input `helm-args`: pure, and the only place that says which are allowed. */

/** Flags without a value that change how an upgrade is rendered or applied, and none that leads out of it. */
export const ALLOWED_ARGS = [
  '--no-hooks',
  '--skip-crds',
  '--take-ownership',
  '--reset-values',
  '--reuse-values',
  '--reset-then-reuse-values',
  '--disable-openapi-validation',
  '--skip-schema-validation',
  '--render-subchart-notes',
] as const;

export type ExtraArg = (typeof ALLOWED_ARGS)[number];

/**
 * Of these Helm obeys one and ignores the others without a word:
 * https://github.com/helm/helm/blob/v3.22.0/pkg/action/upgrade.go (reuseValues)
 */
const OLD_VALUES: readonly ExtraArg[] = ['--reset-values', '--reuse-values', '--reset-then-reuse-values'];

/** What Helm does with the last release's values when it upgrades. */
export type OldValues = 'reset' | 'reuse' | 'reset-then-reuse' | 'when-none-given';

/** Flags for this action's own work: their input is named, because a user who writes one wants that. */
const HAS_AN_INPUT: Readonly<Record<string, string>> = {
  '--atomic': 'atomic',
  '--rollback-on-failure': 'atomic',
  '--wait': 'timeout',
  '--wait-for-jobs': 'wait-for-jobs',
  '--timeout': 'timeout',
  '--namespace': 'namespace',
  '--create-namespace': 'create-namespace',
  '--set': 'set',
  '--set-string': 'set-string',
  '--values': 'value-files',
  '-f': 'value-files',
  '--history-max': 'history-max',
  '--kube-context': 'kube-context',
  '--kubeconfig': 'kubeconfig',
};

/** Why this list of flags is refused, as the end of a sentence; undefined when all of them may be passed on. */
export function refusedArgs(lines: readonly string[]): string | undefined {
  const allowed: readonly string[] = ALLOWED_ARGS;
  const list = `allowed, one per line: ${ALLOWED_ARGS.join(' ')}`;
  for (const line of lines) {
    if (allowed.includes(line)) continue;
    const flag = line.split(/[\s=]/, 1)[0] ?? '';
    const input = Object.hasOwn(HAS_AN_INPUT, flag) ? HAS_AN_INPUT[flag] : undefined;
    if (input) return `"${flag}" has an input of its own, "${input}"; ${list}`;
    if (allowed.includes(flag)) return `"${flag}" stands alone on its line and takes no value; ${list}`;
    // The rest of the line may hold a secret.
    return `"${clipped(flag)}" is not passed on to Helm; ${list}`;
  }
  const twice = lines.find((line, at) => lines.indexOf(line) !== at);
  if (twice) return `"${twice}" is given twice`;
  const [first, second] = OLD_VALUES.filter((flag) => lines.includes(flag));
  if (first && second) return `"${first}" and "${second}" exclude each other: Helm would silently ignore one of them`;
  return undefined;
}

function clipped(flag: string): string {
  return flag.length > 60 ? `${flag.slice(0, 60)}…` : flag;
}

/** What these flags say of the last release's values. Without one Helm keeps them only when no values are given. */
export function oldValuesOf(args: readonly ExtraArg[]): OldValues {
  if (args.includes('--reset-values')) return 'reset';
  if (args.includes('--reuse-values')) return 'reuse';
  return args.includes('--reset-then-reuse-values') ? 'reset-then-reuse' : 'when-none-given';
}

/** `helm template` knows no release whose values it could take over, and refuses these flags. */
export function templateExtras(args: readonly ExtraArg[]): ExtraArg[] {
  return args.filter((arg) => !OLD_VALUES.includes(arg));
}
