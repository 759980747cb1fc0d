import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a mirror answers to one path. */
export type Answer = (response: ServerResponse) => void;

/** A mirror on loopback that keeps what it was asked for. */
export interface Mirror {
  url: string;
  asked: string[];
  answers: Map<string, Answer>;
  close(): Promise<void>;
}

export async function startMirror(): Promise<Mirror> {
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '');
    if (answer) answer(response);
    else response.writeHead(404).end('no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Sends the bytes as they are. */
export const whole =
  (bytes: Buffer): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);

/** Says how long the file is, sends half, and cuts the connection. */
export const half =
  (bytes: Buffer): Answer =>
  (response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  };

/** Sends one byte and then nothing. */
export const stalled: Answer = (response) => void response.writeHead(200).write('x');

/** A .tar.gz with one file, as `tar` makes it (ustar). */
export function tarGz(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(1024)]), { level: 1 });
}
