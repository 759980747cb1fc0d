import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  type AuditEvent,
  AuditLog,
  appliedAt,
  parseAuditLine,
  preciseTime,
  recordWritten,
  statusWrites,
  writeBehind,
} from '../../bench/audit.ts';
import { secondMinute } from '../../bench/watch.ts';

/** A line as kube-apiserver 1.32 writes it, cut to what is read. */
const line = (over: object = {}): string =>
  JSON.stringify({
    auditID: 'a1',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/n/pods/web-1/status',
    verb: 'patch',
    userAgent: 'kwok/v0.8.0 (linux/amd64)',
    objectRef: { resource: 'pods', namespace: 'n', name: 'web-1', subresource: 'status' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-23T21:26:54.575862Z',
    stageTimestamp: '2026-11-23T21:26:54.586430Z',
    ...over,
  });

const event = (over: Partial<AuditEvent>): AuditEvent => {
  const parsed = parseAuditLine(line());
  if (!parsed) throw new Error('the sample line does not parse');
  return { ...parsed, ...over };
};

describe('the audit log', () => {
  it('keeps the microseconds of a time', () => {
    const whole = Date.parse('2026-11-23T21:26:54.000Z');
    expect(preciseTime('2026-11-23T21:26:54.586430Z') - whole).toBeCloseTo(586.43, 2);
    expect(preciseTime('2026-11-23T21:26:54Z')).toBe(whole);
  });

  it('reads what was written since the mark, and no half line', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
    try {
      const file = path.join(folder, 'audit.jsonl');
      writeFileSync(file, `${line({ auditID: 'before' })}\n`);
      const log = new AuditLog(file);
      await appendFile(file, `${line({ auditID: 'after' })}\n${line({ auditID: 'half' }).slice(0, 40)}`);
      expect(log.events().map(({ auditID }) => auditID)).toEqual(['after']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes kwok's successful status writes of one pod only", () => {
    const writes = [
      event({ at: 1 }),
      event({ at: 2, userAgent: 'kube-scheduler/v1.32.0' }),
      event({ at: 3, code: 409 }),
      event({ at: 4, object: { resource: 'pods', subresource: 'status', namespace: 'n', name: 'web-2' } }),
      event({ at: 5, verb: 'get' }),
      event({ at: 6 }),
    ];
    expect(statusWrites(writes, 'web-1')).toEqual([1, 6]);
  });

  it('finds the write behind a sighting, and refuses to guess', () => {
    expect(writeBehind([1000, 4000, 7000], 4010)).toBe(4000);
    expect(() => writeBehind([1000, 7000], 4000)).toThrow(/not certain: writes at -3000.0, 3000.0 ms/);
    expect(writeBehind([3820, 4000, 5900], 4000.5)).toBe(4000);
    expect(() => writeBehind([3970, 4000], 4010)).toThrow(/not certain/);
    expect(() => writeBehind([], 4010)).toThrow(/not certain/);
  });

  it("finds Helm's second write of a record and the apply", () => {
    const record = (verb: string, name: string, at: number): AuditEvent =>
      event({ verb, at, userAgent: 'Helm/4.3.1', object: { resource: 'secrets', namespace: 'n', name } });
    const log = [
      record('create', 'sh.helm.release.v1.web.v2', 1),
      record('update', 'sh.helm.release.v1.web.v1', 2),
      record('update', 'sh.helm.release.v1.web.v2', 3),
      record('update', 'sh.helm.release.v1.web.v2', 4),
    ];
    expect(recordWritten(log, 'n', 2)).toBe(3);
    expect(recordWritten(log, 'other', 2)).toBeUndefined();

    const deployment = { resource: 'deployments', namespace: 'n', name: 'web' };
    const applies = [
      event({ at: 1, object: { ...deployment, subresource: 'status' }, userAgent: 'Helm/3.22.0' }),
      event({ at: 2, object: deployment, userAgent: 'kube-controller-manager/v1.32.0' }),
      event({ at: 3, object: deployment, userAgent: 'Helm/3.22.0' }),
    ];
    expect(appliedAt(applies, 'n')).toBe(3);
    expect(appliedAt([], 'n')).toBeUndefined();
  });

  it('counts a request of the second minute once, by when it came', () => {
    const applied = 1_000_000;
    const at = (auditID: string, seconds: number): AuditEvent =>
      event({ auditID, receivedAt: applied + seconds * 1000 });
    const log = [at('early', 59.9), at('a', 60), at('a', 60), at('b', 119.9), at('late', 120)];
    expect(secondMinute(log, applied).map(({ auditID }) => auditID)).toEqual(['a', 'b']);
  });
});
