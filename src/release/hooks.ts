import { parseYaml, splitDocuments } from '../kubernetes/yaml.ts';

/** A rendered text in its two parts, as Helm stores them. */
export interface Parts {
  manifest: string;
  hooks: string;
}

/** `helm template` prints hooks among everything else. */
const HOOK = /^\s+["']?helm\.sh\/hook["']?\s*:/m;

/** Takes the hooks out of a text that `helm template` rendered. Throws YamlProblem for a hook that is no YAML. */
export function withoutHooks(text: string): Parts {
  const { true: hooks = [], false: manifest = [] } = Object.groupBy(splitDocuments(text), (chunk) =>
    isHook(chunk) ? 'true' : 'false',
  );
  const join = (chunks: string[]): string => chunks.map((chunk) => `---${chunk}`).join('\n');
  return { manifest: join(manifest), hooks: join(hooks) };
}

/** The words may also stand in a ConfigMap's text: the annotation decides. */
function isHook(chunk: string): boolean {
  if (!HOOK.test(chunk)) return false;
  const [value] = parseYaml(chunk) as { metadata?: { annotations?: Record<string, unknown> } }[];
  return value?.metadata?.annotations?.['helm.sh/hook'] !== undefined;
}
