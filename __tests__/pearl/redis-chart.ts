import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { ConfigMap, Container } from 'kubernetes-types/core/v1.d.ts';
import { parseAllDocuments } from 'yaml';

const PEARL = path.resolve(import.meta.dirname, '../../examples/pearl');

/** What the redis chart renders for production, as far as its processes need it. */
export interface RenderedRedis {
  /** The files of the ConfigMap that is mounted at /etc/redis. */
  files: Record<string, string>;
  redis: Container;
  sentinel: Container;
}

/** Renders the redis chart with Pearl's production values and what `more` sets. */
export function renderRedis(helm: string, more: string[]): RenderedRedis {
  const values = path.join(PEARL, 'redis/production.yaml');
  const args = ['template', 'redis', path.join(PEARL, 'charts/redis'), '--namespace', 'pearl', '--values', values];
  const text = execFileSync(helm, [...args, ...more], { encoding: 'utf8' });
  const objects = parseAllDocuments(text).map((document) => document.toJS() as { kind: string });
  const find = <T>(kind: string): T => {
    const found = objects.find((object) => object.kind === kind);
    if (found === undefined) throw new Error(`the redis chart rendered no ${kind}`);
    return found as T;
  };
  const containers = find<StatefulSet>('StatefulSet').spec?.template.spec?.containers ?? [];
  const container = (name: string): Container => {
    const found = containers.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the StatefulSet has no container ${name}`);
    return found;
  };
  return {
    files: find<ConfigMap>('ConfigMap').data ?? {},
    redis: container('redis'),
    sentinel: container('sentinel'),
  };
}
