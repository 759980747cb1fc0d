import { HttpClient } from '@actions/http-client';

/** What one download may cost. */
export interface Limits {
  /** For the whole download, in ms. */
  ms: number;
  bytes: number;
}

/** The port through which everything is downloaded; tests hand in their own limits. */
export type Download = (url: string) => Promise<Buffer>;

/** A download that failed; the message says of which address and why. */
export class DownloadError extends Error {
  constructor(url: string, why: string) {
    super(`${url}: ${why}`);
  }
}

/** Two minutes and 200 MB: three times what the largest of the tools takes on a slow line. */
export const LIMITS: Limits = { ms: 120_000, bytes: 200_000_000 };

/**
 * Downloads into memory, through the runner's proxy when it has one (`https_proxy`, `no_proxy`). Throws DownloadError for
 * every answer but 200, a body that ends early, and one that takes longer or is larger than the limits allow.
 */
export function downloadWithin(limits: Limits): Download {
  return async (url) => {
    // Kept alive, because then `dispose` ends the connection also in the middle of an answer.
    const client = new HttpClient('helm-rollout', [], {
      keepAlive: true,
      allowRetries: false,
      socketTimeout: limits.ms,
    });
    const tooSlow = deadline(limits.ms);
    try {
      return await Promise.race([body(client, url, limits), tooSlow.reached]);
    } catch (error) {
      throw new DownloadError(url, error instanceof Error ? error.message : String(error));
    } finally {
      tooSlow.clear();
      client.dispose();
    }
  };
}

async function body(client: HttpClient, url: string, limits: Limits): Promise<Buffer> {
  const { message } = await client.get(url);
  if (message.statusCode !== 200) throw new Error(`the server answered ${message.statusCode}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.bytes) throw new Error(`is larger than ${limits.bytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function deadline(ms: number): { reached: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not arrive within ${ms / 1000} s`)), ms);
  });
  // When the download wins, nobody is left to take this refusal.
  reached.catch(() => {});
  return { reached, clear: () => clearTimeout(timer) };
}
