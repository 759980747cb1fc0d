import { describe, expect, it } from '@jest/globals';
import { audit } from '../../src/audit/audit.ts';
import { builtIn } from '../../src/audit/profiles.ts';
import { summarize } from '../../src/audit/summary.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { objects } from './objects.ts';

/** Sixty services of five objects each. */
function chart(): KubeObject[] {
  const service = (at: number): string => {
    const labels = `{app.kubernetes.io/name: s${at}, tier: back}`;
    return `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: s${at}}, spec: {selector: {matchLabels: ${labels}}, template: {metadata: {labels: ${labels}},
  spec: {initContainers: [{name: i, image: "i:1"}], containers: [{name: a, image: "a:1", env: [{name: A, value: b}], resources: {requests: {cpu: 1, memory: 1Gi}}}, {name: b, image: b}]}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: s${at}}, spec: {selector: ${labels}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: s${at}}, data: {a: b}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: s${at}}, spec: {minAvailable: 1, selector: {matchLabels: ${labels}}}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: s${at}}, spec: {minReplicas: 3, maxReplicas: 10,
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: s${at}}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}}`;
  };
  return objects(Array.from({ length: 60 }, (_, at) => service(at)).join('\n---'));
}

describe('300 objects', () => {
  it('are audited and summarized with every check; the bound tells a hang from work, the number is printed', () => {
    const all = chart();
    expect(all).toHaveLength(300);
    const profile = builtIn('production');
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    const rows = audit(all, { profile, minor: 32 });
    const report = summarize(rows, rows, { profile: 'production', mode: 'warn', of: 'the chart', against: 'itself' });
    const took = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    const worked = ((user + system) / 1000).toFixed(0);
    console.log(`300 objects, ${rows.length} rows: ${took.toFixed(0)} ms, ${worked} ms of them at work`);
    expect(report.counts.fail).toBeGreaterThan(100);
    expect(took).toBeLessThan(5_000);
  });
});
