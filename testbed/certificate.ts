import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A private key and the certificate that its holder shows, both PEM. */
export type KeyPair = { certificate: string; key: string };

const ecdsaWithSha256 = '06082a8648ce3d040302';
const commonNameType = '0603550403';

/**
 * A self-signed client certificate with this common name, valid from yesterday for a year; it is its own CA. Node's
 * crypto reads certificates but makes none, and openssl is not on every machine: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSigned(commonName: string): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(0x30, Buffer.from(ecdsaWithSha256, 'hex'));
  const attribute = der(0x30, Buffer.from(commonNameType, 'hex'), der(0x0c, Buffer.from(commonName)));
  const name = der(0x30, der(0x31, attribute));
  const day = 24 * 60 * 60 * 1000;
  const validity = der(0x30, time(Date.now() - day), time(Date.now() + 365 * day));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  // A leading 01 keeps the number positive and of full length.
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)]));
  const body = der(0x30, version3, serial, algorithm, name, validity, name, publicKey);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = der(0x30, body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** One DER value; lengths up to 65535 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
}
