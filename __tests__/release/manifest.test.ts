import { describe, expect, it } from '@jest/globals';
import { ManifestError, parseManifest } from '../../src/release/manifest.ts';

const names = (text: string): string[] =>
  parseManifest(text, 'pearl').map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);
const only = (text: string): Record<string, unknown> =>
  parseManifest(`apiVersion: v1\nkind: X\nmetadata: {name: x}\n${text}`, 'pearl')[0] ?? {};

describe('a rendered manifest', () => {
  it('gives its objects in order, empty documents left out', () => {
    const text = `---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
# Source: web/templates/off.yaml
---

---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: elsewhere }
`;
    expect(names(text)).toEqual(['Service pearl/web', 'Deployment elsewhere/web']);
    expect(names('')).toEqual([]);
  });

  it('gives a namespace only where there is one to give', () => {
    const text = ['ClusterRole rbac.authorization.k8s.io/v1', 'Widget acme.dev/v1', 'Namespace v1']
      .map((line) => line.split(' '))
      .map(([kind, apiVersion]) => `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n`)
      .join('');
    expect(names(text)).toEqual(['ClusterRole -/x', 'Widget pearl/x', 'Namespace -/x']);
  });

  it('opens Lists, also Lists in Lists', () => {
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const inner = { apiVersion: 'v1', kind: 'ConfigMapList', items: [item('b')] };
    expect(names(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item('a'), inner, item('c')] }))).toEqual([
      'ConfigMap pearl/a',
      'ConfigMap pearl/b',
      'ConfigMap pearl/c',
    ]);
  });

  it('takes a Job with generateName', () => {
    expect(parseManifest('apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: seed-}', 'pearl')).toHaveLength(1);
  });

  // Each row as `kubectl create --dry-run=client` reads it, by sigs.k8s.io/yaml.
  it.each([
    ['value: yes', true],
    ['value: "yes"', 'yes'],
    ['value: 0o17', 15],
    ['value: 017', 15],
    ['value: 1.5', 1.5],
    ['value: 2026-11-23', '2026-11-23'],
    ['value: 2026-11-23T12:00:00Z', '2026-11-23T12:00:00Z'],
    ['value: 22:22', '22:22'],
    ['value: 1:30:00.5', '1:30:00.5'],
    ['value: ~', null],
    ['base: &b {x: 1}\nvalue: {<<: *b, z: 2}', { x: 1, z: 2 }],
    ['value: 1\nvalue: 2', 2],
    ['value: {on: 1}', { true: 1 }],
  ])('reads %s as the API server does', (text, value) => {
    expect(only(text).value).toEqual(value);
  });

  it.each([
    ['- a\n- b', 'document 1 of the rendered manifest has no apiVersion, kind and metadata.name'],
    ['just text', 'document 1 of the rendered manifest has no apiVersion, kind and metadata.name'],
    [
      'kind: Service\nmetadata: {name: x}',
      'document 1 of the rendered manifest has no apiVersion, kind and metadata.name',
    ],
    [
      '---\n# empty\n---\napiVersion: v1\nkind: Service\nmetadata: {}',
      'document 1 of the rendered manifest (a Service) has no metadata.name',
    ],
    ['a: [1, 2', 'document 1 of the rendered manifest is not valid YAML'],
  ])('refuses %j and says which document', (text, message) => {
    expect(() => parseManifest(text, 'pearl')).toThrow(ManifestError);
    expect(() => parseManifest(text, 'pearl')).toThrow(message);
  });
});
