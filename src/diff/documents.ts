import { kindInfo } from '../kubernetes/kinds.ts';
import { groupOf, type KubeObject, keyOf, type ObjectRef } from '../kubernetes/object.ts';
import { parseYaml, splitDocuments, YamlProblem } from '../kubernetes/yaml.ts';
import { visible } from './canonical.ts';
import { at, field, isMap, items } from './values.ts';

/** Where an object comes from. Helm only ever creates the CRDs of `crds/`; hooks run beside the release. */
export type Source = 'manifest' | 'hooks' | 'crds';

/** One object of a rendered text. `object` is raw: it may hold Secret values and must not leave this folder. */
export interface Rendered {
  ref: ObjectRef;
  key: string;
  source: Source;
  /** `document 3 of the new manifest (service/templates/hpa.yaml)`. */
  place: string;
  object: KubeObject;
}

/** A rendered text that is not a list of Kubernetes objects; `documents` names the ones to look at. */
export class DiffInputError extends Error {
  readonly documents: string[];
  constructor(message: string, documents: string[]) {
    super(message);
    this.name = 'DiffInputError';
    this.documents = documents;
  }
}

/** Parsed texts by their source text: most documents are the same before and after. */
export type ParseCache = Map<string, unknown[]>;

/** What a text is and how to read it. */
export interface ReadOptions {
  /** How errors call it: `the new manifest`. */
  name: string;
  source: Source;
  cache: ParseCache;
}

interface Value {
  place: string;
  value: unknown;
}

/** All values of a rendered text, `List`s opened, empty documents left out. Throws DiffInputError. */
export function readValues(text: string, options: ReadOptions): Value[] {
  return splitDocuments(text).flatMap((chunk, index) => {
    const file = /^\s*# Source: (\S.*)$/m.exec(chunk.slice(0, 2000))?.[1];
    const place = `document ${index + 1} of ${options.name}${file === undefined ? '' : ` (${visible(file.trim())})`}`;
    const values = parseOnce(chunk, place, options.cache);
    return values.flatMap((value) => (value === null ? [] : opened(value, place)));
  });
}

function parseOnce(chunk: string, place: string, cache: ParseCache): unknown[] {
  const known = cache.get(chunk);
  if (known !== undefined) return known;
  try {
    const values = parseYaml(chunk);
    cache.set(chunk, values);
    return values;
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const hint = 'Look at it with "helm template"; its content is not repeated here because it may hold a secret.';
    throw new DiffInputError(`${place} is not valid YAML: ${error.message}. ${hint}`, [place]);
  }
}

function opened(value: unknown, place: string, parent?: { apiVersion: string; kind: string }): Value[] {
  const kind = field(value, 'kind') ?? parent?.kind;
  const apiVersion = field(value, 'apiVersion') ?? parent?.apiVersion;
  if (!isMap(value) || typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw new DiffInputError(`${place} is no Kubernetes object: it has no apiVersion and kind. Look at its template.`, [
      place,
    ]);
  }
  const list = field(value, 'items');
  if (!kind.endsWith('List') || !Array.isArray(list)) return [{ place, value: { ...value, apiVersion, kind } }];
  // The items of a typed list (SecretList) may leave out what the list already says.
  const itemKind = kind.slice(0, -'List'.length);
  const inherited = itemKind === '' ? undefined : { apiVersion, kind: itemKind };
  return list.flatMap((item: unknown) => opened(item, place, inherited));
}

/** True when objects of this kind live in a namespace; `scopes` are those of the CRDs in the release. */
function isNamespaced(apiVersion: string, kind: string, scopes: ReadonlyMap<string, boolean>): boolean {
  return kindInfo(apiVersion, kind)?.namespaced ?? scopes.get(`${groupOf(apiVersion)}/${kind}`) ?? true;
}

/** The scope of every custom resource that a CRD among these values defines: `group/Kind` → namespaced. */
export function scopesOf(values: readonly Value[]): Map<string, boolean> {
  const scopes = new Map<string, boolean>();
  for (const { value } of values) {
    if (field(value, 'kind') !== 'CustomResourceDefinition') continue;
    scopes.set(
      `${at(value, 'spec', 'group')}/${at(value, 'spec', 'names', 'kind')}`,
      at(value, 'spec', 'scope') !== 'Cluster',
    );
  }
  return scopes;
}

/** The value as an object of the release. Throws DiffInputError when it has no name. */
export function rendered(
  item: Value,
  source: Source,
  namespace: string,
  scopes: ReadonlyMap<string, boolean>,
): Rendered {
  const object = item.value as KubeObject;
  const { apiVersion, kind } = object;
  const name = field(object.metadata, 'name') ?? field(object.metadata, 'generateName');
  if (name === undefined || name === null || typeof name === 'object' || name === '') {
    throw new DiffInputError(`${item.place} is a ${visible(kind)} without metadata.name. Look at its template.`, [
      item.place,
    ]);
  }
  const own = field(object.metadata, 'namespace');
  const inNamespace = typeof own === 'string' && own !== '' ? own : namespace;
  const ref: ObjectRef = { apiVersion, kind, name: String(name) };
  if (isNamespaced(apiVersion, kind, scopes)) ref.namespace = inNamespace;
  return { ref, key: keyOf(ref), source, place: item.place, object };
}

const TESTS: ReadonlySet<string> = new Set(['test', 'test-success', 'test-failure']);

/** True for a hook that only `helm test` runs: no upgrade touches it. */
export function isTest(object: KubeObject): boolean {
  const hook = at(object, 'metadata', 'annotations', 'helm.sh/hook');
  return typeof hook === 'string' && hook.split(',').every((event) => TESTS.has(event.trim()));
}

/** The containers of a pod template or pod. */
export function containersOf(podSpec: unknown): unknown[] {
  return [...items(field(podSpec, 'initContainers')), ...items(field(podSpec, 'containers'))];
}
