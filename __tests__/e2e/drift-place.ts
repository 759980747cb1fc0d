import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Place } from './release.ts';
import { type HelmName, ROOT, Step, type StepResult, theBed } from './step.ts';

export const SHAPES = path.join(ROOT, '__tests__/e2e/charts/shapes');

/** A release of charts/shapes, and people at work on it. */
export class Shapes {
  readonly place: Place;
  readonly folder: string;
  readonly apps: readonly string[];
  #webhook: ChildProcess | undefined;

  constructor(helm: HelmName, apps: readonly string[]) {
    this.place = new Place('drift', helm);
    this.apps = apps;
    this.folder = mkdtempSync(path.join(tmpdir(), 'drift-'));
    this.place.kubectl('create', 'namespace', this.far);
  }

  get far(): string {
    return `${this.place.namespace}-far`;
  }

  get values(): string[] {
    return ['--set-json', `apps=${JSON.stringify(this.apps)}`, '--set', `otherNamespace=${this.far},replicas=0`];
  }

  install(): void {
    this.place.h('install', 'web', SHAPES, ...this.values);
  }

  /** The same chart and values again, as a person does it. Throws with Helm's words. */
  upgrade(...more: string[]): void {
    this.place.h('upgrade', 'web', SHAPES, ...this.values, ...more);
  }

  /** The manifest's document of one object, as a file. */
  manifestOf(kind: string, name: string, change: (text: string) => string = (text) => text): string {
    const documents = this.place.h('get', 'manifest', 'web').split(/^---$/m);
    const found = documents.find((text) => text.includes(`kind: ${kind}\n`) && text.includes(`\n  name: ${name}\n`));
    if (found === undefined) throw new Error(`the release has no ${kind}/${name}`);
    const file = path.join(this.folder, `${kind}-${name}.yaml`);
    writeFileSync(file, change(found));
    return file;
  }

  /** `kubectl edit` with a real editor run. */
  edit(kind: string, name: string, sed: string): void {
    const env = { ...process.env, KUBECONFIG: this.place.kubeconfig, KUBE_EDITOR: `sed -i ${sed}` };
    const args = ['--namespace', this.place.namespace, 'edit', kind, name];
    execFileSync(path.join(theBed().bin, 'kubectl'), args, { env, stdio: 'pipe' });
  }

  /** A mutating webhook for this namespace's Deployments named by their label `app`. */
  async injectInto(app: string): Promise<void> {
    const at = (name: string): string => path.join(this.folder, name);
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const pair = ['-keyout', at('tls.key'), '-out', at('tls.crt')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...pair, ...subject], {
      stdio: 'pipe',
    });
    const server = spawn(process.execPath, [path.join(import.meta.dirname, 'webhook.ts'), this.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#webhook = server;
    const port = await new Promise<string>((resolve, reject) => {
      server.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      server.once('exit', (code) => reject(new Error(`the webhook ended with ${code}`)));
    });
    const name = `${this.place.namespace}-inject`;
    const configuration = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: 'inject.shapes.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': this.place.namespace } },
          objectSelector: { matchLabels: { app } },
          rules: [
            { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] },
          ],
          clientConfig: { url: `https://127.0.0.1:${port}`, caBundle: readFileSync(at('tls.crt')).toString('base64') },
        },
      ],
    };
    writeFileSync(at('webhook.json'), JSON.stringify(configuration));
    this.place.kubectl('create', '--filename', at('webhook.json'));
  }

  /** The action's `command: drift` on this release. */
  async drift(inputs: Record<string, string> = {}, more: object = {}): Promise<StepResult> {
    const { namespace, helm } = this.place;
    const given = { command: 'drift', release: 'web', chart: 'charts/shapes', namespace, comment: 'never', ...inputs };
    const step = new Step({ helm, inputs: given, ...more });
    try {
      return await step.main();
    } finally {
      step.remove();
    }
  }

  remove(): void {
    this.#webhook?.kill();
    const { namespace } = this.place;
    const wide = ['clusterrole', `${namespace}-sum`, `${namespace}-part`];
    this.place.kubectl('delete', '--ignore-not-found', '--wait=false', ...wide);
    const hooks = [namespace, `${namespace}-inject`];
    this.place.kubectl('delete', '--ignore-not-found', 'mutatingwebhookconfiguration', ...hooks);
    this.place.kubectl('delete', 'namespace', this.far, '--wait=false');
    this.place.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
