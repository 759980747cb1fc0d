import { items } from '../diff/values.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { holds, lastField, type Step } from './path.ts';

/** One entry of an object's `managedFields`. */
export interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: unknown;
}

/** Helm 3 and 4 both write under this name (seen on the API server, whatever the program file is called). */
export const HELM_MANAGER = 'helm';

/** Who wrote a field last, as the API server recorded it. */
export interface Writer {
  /** The manager as it stands there; empty when nobody is recorded. */
  manager: string;
  subresource: string;
  operation: string;
  /** ms since 1970; undefined when the record has no time (`kubectl scale` leaves none). */
  at?: number;
}

export const NOBODY: Writer = { manager: '', subresource: '', operation: '' };

function entriesOf(object: KubeObject): ManagedFields[] {
  return items((object.metadata as { managedFields?: unknown }).managedFields) as ManagedFields[];
}

/** Everybody who is recorded at a path, at something below it or at the whole above it; the newest first. */
export function writersOf(object: KubeObject, path: readonly Step[]): Writer[] {
  const found = entriesOf(object).filter(({ fieldsV1 }) => holds(fieldsV1, path));
  return found.map(writer).sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

/** The one who wrote the value at the path: of several somebody else before Helm. */
export function writerOf(object: KubeObject, path: readonly Step[]): Writer {
  const writers = writersOf(object, path);
  return writers.find(({ manager }) => manager !== HELM_MANAGER) ?? writers[0] ?? NOBODY;
}

function writer({ manager = '', subresource = '', operation = '', time }: ManagedFields): Writer {
  const at = Date.parse(time ?? '');
  return { manager, subresource, operation, ...(Number.isFinite(at) ? { at } : {}) };
}

/** Programs that people write with; everything else is taken for a controller. `unknown`: a writer that gave no name. */
const BY_HAND =
  /^(kubectl|kubectl-.+|k9s|k9s-.+|lens|openlens|node-fetch|dashboard|headlamp|rancher|Mozilla|curl|HTTPie|python-requests|OpenAPI-Generator|Swagger-Codegen|okhttp|PostmanRuntime|unknown)$/i;

/** True for the writers that are people at work, or may be. */
export function isByHand({ manager }: Writer): boolean {
  return BY_HAND.test(manager);
}

const COMMANDS: Record<string, string> = {
  'kubectl-edit': 'kubectl edit',
  'kubectl-patch': 'kubectl patch',
  'kubectl-client-side-apply': 'kubectl apply',
  'kubectl-create': 'kubectl create',
  'kubectl-replace': 'kubectl replace',
  'kubectl-annotate': 'kubectl annotate',
  'kubectl-label': 'kubectl label',
  'kubectl-rollout': 'kubectl rollout',
  'kubectl-autoscale': 'kubectl autoscale',
  'kubectl-expose': 'kubectl expose',
};

/** The writer in words, commands back-ticked: `kubectl set image`; a program that we do not know is called unknown. */
export function whoWords({ manager, subresource, operation }: Writer, path: readonly Step[]): string {
  if (manager === '') return 'not recorded';
  if (manager === HELM_MANAGER) return 'Helm';
  if (manager === 'unknown') return 'unknown (a program that gave no name)';
  if (manager === 'kubectl') {
    if (subresource === 'scale') return '`kubectl scale`';
    return operation === 'Apply' ? '`kubectl apply --server-side`' : '`kubectl`';
  }
  if (manager === 'kubectl-set') return `\`kubectl set${setWhat(path)}\``;
  if (manager === 'kube-controller-manager') return 'a controller of Kubernetes (`kube-controller-manager`)';
  const command = COMMANDS[manager];
  return command ? `\`${command}\`` : `unknown (\`${manager.replaceAll('`', "'")}\`)`;
}

function setWhat(path: readonly Step[]): string {
  const inEnv = path.some((step) => 'field' in step && (step.field === 'env' || step.field === 'envFrom'));
  if (inEnv) return ' env';
  const what = lastField(path);
  if (what === 'image' || what === 'resources') return ` ${what}`;
  return what === 'requests' || what === 'limits' ? ' resources' : '';
}
