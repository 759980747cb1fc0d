import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { selfSigned } from '../../testbed/certificate.ts';

it('makes certificates that OpenSSL reads, each its own issuer, of its key alone, valid now', () => {
  const mine = selfSigned('aggregator');
  const certificate = new X509Certificate(mine.certificate);
  expect(certificate.subject).toBe('CN=aggregator');
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(mine.key))).toBe(true);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  expect(from).toBeLessThan(Date.now());
  expect(to - Date.now()).toBeGreaterThan(300 * 24 * 60 * 60 * 1000);

  const other = selfSigned('aggregator');
  expect(certificate.checkPrivateKey(createPrivateKey(other.key))).toBe(false);
  expect(new X509Certificate(other.certificate).serialNumber).not.toBe(certificate.serialNumber);
});
