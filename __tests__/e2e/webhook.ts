// A mutating webhook on loopback, a process of its own: node webhook.ts <folder with tls.key and tls.crt>. Prints its port.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';

const folder = process.argv[2] ?? '.';
const tls = (name: string): Buffer => readFileSync(path.join(folder, name));

interface Review {
  request: { uid: string; object: { spec: { template: { spec: { containers: { name: string }[] } } } } };
}

/** Puts a second container into every Deployment that it is shown, as a service mesh does. */
function answer({ request }: Review): unknown {
  const { containers } = request.object.spec.template.spec;
  const container = { name: 'proxy', image: 'registry.example.com/mesh/proxy:1.0.0' };
  const patch = [{ op: 'add', path: '/spec/template/spec/containers/-', value: container }];
  const there = containers.some(({ name }) => name === 'proxy');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: request.uid,
      allowed: true,
      ...(there ? {} : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    },
  };
}

const server = https.createServer({ key: tls('tls.key'), cert: tls('tls.crt') }, (request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(JSON.parse(text) as Review)));
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
