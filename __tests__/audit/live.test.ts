import { describe, expect, it } from '@jest/globals';
import { asWritten } from '../../src/audit/live.ts';
import { at } from '../../src/diff/values.ts';
import { objects } from './objects.ts';

const web = (replicas: string): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {${replicas}selector: {matchLabels: {app: web}}}}`;
const HPA = `
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}`;

describe('live objects as they are written', () => {
  const replicas = (live: string, released: string): unknown =>
    at(asWritten(objects(live), objects(released))[0], 'spec', 'replicas');

  it('have no replicas where an autoscaler sets them and the release leaves them out', () => {
    expect(replicas(web('replicas: 4, ') + HPA, web('') + HPA)).toBeUndefined();
  });

  it('keep replicas that the release writes, and those that no autoscaler sets', () => {
    expect(replicas(web('replicas: 4, ') + HPA, web('replicas: 3, ') + HPA)).toBe(4);
    expect(replicas(web('replicas: 4, '), web(''))).toBe(4);
  });
});
