import net from 'node:net';

/** An answer of Redis; an error answer is thrown by `call`. */
export type Reply = string | number | null | Reply[];

/** One connection that speaks Redis' protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export class RedisClient {
  readonly #socket: net.Socket;
  #unread = '';
  #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  constructor(host: string, port: number) {
    this.#socket = net.connect({ host, port });
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#fail(new Error(`connection to ${host}:${port} closed`)));
  }

  /** Sends one command. Throws Redis' own words for an error, or that the connection is gone. */
  call(...words: string[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('connection closed'));
      this.#waiting.push({ resolve, reject });
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #read(text: string): void {
    this.#unread += text;
    for (;;) {
      const parsed = parse(this.#unread, 0);
      if (parsed === undefined) return;
      this.#unread = this.#unread.slice(parsed.end);
      const next = this.#waiting.shift();
      if (parsed.reply instanceof Error) next?.reject(parsed.reply);
      else next?.resolve(parsed.reply);
    }
  }
}

/** The reply that begins at `at`; undefined while it is not complete. */
function parse(text: string, at: number): { reply: Reply | Error; end: number } | undefined {
  const stop = text.indexOf('\r\n', at);
  if (stop < 0) return undefined;
  const line = text.slice(at + 1, stop);
  const end = stop + 2;
  switch (text[at]) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new Error(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$': {
      const size = Number(line);
      if (size < 0) return { reply: null, end };
      return text.length < end + size + 2 ? undefined : { reply: text.slice(end, end + size), end: end + size + 2 };
    }
    default:
      return parseList(text, Number(line), end);
  }
}

function parseList(text: string, count: number, at: number): { reply: Reply; end: number } | undefined {
  const items: Reply[] = [];
  let end = at;
  for (let index = 0; index < count; index++) {
    const item = parse(text, end);
    if (item === undefined) return undefined;
    items.push(item.reply instanceof Error ? item.reply.message : item.reply);
    end = item.end;
  }
  return { reply: items, end };
}
