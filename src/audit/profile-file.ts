import { isMap, type YamlMap } from '../diff/values.ts';
import { parseYaml, YamlProblem } from '../kubernetes/yaml.ts';
import { CHECKS } from './checks.ts';
import type { Exemption, Numbers, Profile, Severity } from './profile.ts';
import { BUILT_IN, type BuiltIn, builtIn } from './profiles.ts';

/** A profile that is not as docs/audit-profile.schema.json says: the message names the place, what stands there and what is accepted. */
export class ProfileError extends Error {}

const SEVERITIES = ['high', 'medium', 'low', 'off'] as const;

/** Which numbers are counts, which may also be a percentage. */
const NUMBERS: Readonly<Record<keyof Numbers, 'count' | 'count or percentage'>> = {
  minReplicas: 'count',
  hpaMinReplicas: 'count',
  hpaMaxReplicas: 'count',
  hpaCpu: 'count',
  hpaMemory: 'count',
  pdbMinAvailable: 'count',
  runAsUser: 'count',
  fsGroup: 'count',
  maxUnavailable: 'count or percentage',
  maxSurge: 'count or percentage',
  redisReplicas: 'count',
};

/** Reads a profile of one's own: it extends a built-in one. Throws ProfileError for the first thing that is wrong. */
export function parseProfile(text: string, name: string): Profile {
  const root = map(document(text), 'the profile');
  fields(root, 'the profile', ['extends', 'checks', 'numbers', 'exemptions']);
  const base = builtIn(oneOf(root.extends ?? 'essential', 'extends', BUILT_IN) as BuiltIn);
  return {
    name,
    checks: withChecks(base.checks, root.checks),
    numbers: withNumbers(base.numbers, root.numbers),
    exemptions: list(root.exemptions, 'exemptions').map(exemption),
  };
}

function document(text: string): unknown {
  try {
    const [first, ...others] = parseYaml(text);
    if (others.length > 0) throw new ProfileError('the profile holds several YAML documents: one is wanted');
    return first ?? {};
  } catch (error) {
    if (error instanceof YamlProblem) throw new ProfileError(`the profile is not valid YAML: ${error.message}`);
    throw error;
  }
}

function withChecks(base: Profile['checks'], value: unknown): Profile['checks'] {
  const checks: Record<string, Severity> = { ...base };
  for (const [id, severity] of Object.entries(map(value ?? {}, 'checks'))) {
    checkId(id, `checks.${id}`);
    // YAML 1.1 reads a bare off as false.
    const chosen = oneOf(severity === false ? 'off' : severity, `checks.${id}`, SEVERITIES);
    if (chosen === 'off') delete checks[id];
    else checks[id] = chosen;
  }
  return checks;
}

function withNumbers(base: Numbers, value: unknown): Numbers {
  const given = map(value ?? {}, 'numbers');
  fields(given, 'numbers', Object.keys(NUMBERS));
  for (const [name, number] of Object.entries(given)) {
    const kind = NUMBERS[name as keyof Numbers];
    const isCount = typeof number === 'number' && Number.isInteger(number) && number >= 0;
    const isPercentage = kind === 'count or percentage' && typeof number === 'string' && /^\d{1,3}%$/.test(number);
    if (!isCount && !isPercentage) throw wrong(`numbers.${name}`, number, `a ${kind}`);
  }
  return { ...base, ...given } as Numbers;
}

function exemption(value: unknown, at: number): Exemption {
  const place = `exemptions[${at}]`;
  const row = map(value, place);
  fields(row, place, ['check', 'kind', 'namespace', 'name', 'reason']);
  const text = (name: string): string => {
    const found = row[name];
    if (typeof found !== 'string' || found.trim() === '') throw wrong(`${place}.${name}`, found, 'a text');
    return found.trim();
  };
  const check = checkId(text('check'), `${place}.check`);
  const namespace = row.namespace === undefined ? {} : { namespace: text('namespace') };
  return { check, kind: text('kind'), ...namespace, name: text('name'), reason: text('reason') };
}

function checkId(id: string, place: string): string {
  if (CHECKS.some((check) => check.id === id)) return id;
  throw new ProfileError(
    `${place}: there is no check "${id}"; there are ${CHECKS.map((check) => check.id).join(', ')}`,
  );
}

function map(value: unknown, place: string): YamlMap {
  if (isMap(value)) return value;
  throw wrong(place, value, 'a mapping');
}

function list(value: unknown, place: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw wrong(place, value, 'a list');
}

function fields(value: YamlMap, place: string, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ProfileError(`${place} has no field "${unknown}"; it has ${known.join(', ')}`);
  }
}

function oneOf<T extends string>(value: unknown, place: string, accepted: readonly T[]): T {
  const found = accepted.find((one) => one === value);
  if (found === undefined) throw wrong(place, value, accepted.join(', '));
  return found;
}

function wrong(place: string, value: unknown, accepted: string): ProfileError {
  const shown = value === undefined ? 'is missing' : `holds ${JSON.stringify(value)?.slice(0, 80)}`;
  return new ProfileError(`${place} ${shown}: write ${accepted.startsWith('a ') ? accepted : `one of ${accepted}`}`);
}
