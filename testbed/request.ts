import http from 'node:http';
import https from 'node:https';

/** A request to a part of the bed on loopback. */
export type Request = {
  scheme: 'http' | 'https';
  port: number;
  path: string;
  method?: string;
  /** Without it the certificate is not checked: the controllers make theirs in memory, on loopback. */
  ca?: string;
  token?: string;
  body?: object;
};

/** The answer to a request, whatever its status. Throws when there is none within 5 s. */
export function request(wanted: Request): Promise<{ status: number; text: string }> {
  const { scheme, port, path, ca, token, body, method = 'GET' } = wanted;
  const options: https.RequestOptions = {
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    timeout: 5000,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(ca ? { ca } : { rejectUnauthorized: false }),
  };
  return new Promise((resolve, reject) => {
    const sent = (scheme === 'https' ? https : http).request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer from 127.0.0.1:${port}${path} within 5 s`)));
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}
