import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** More than three times what Helm unpacks to. */
const MOST_BYTES = 512 * 1024 * 1024;

/** One block of a tar file: https://www.gnu.org/software/tar/manual/html_node/Standard.html */
const BLOCK = 512;

/**
 * One regular file of a .tar.gz, in memory: nothing is unpacked to disk, so no entry can write anywhere.
 * Throws when the archive is damaged, has no such file, or unpacks to more than MOST_BYTES.
 */
export async function memberOf(archive: Buffer, member: string): Promise<Buffer> {
  const tar = await promisify(gunzip)(archive, { maxOutputLength: MOST_BYTES });
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    const name = text(header, 0, 100);
    if (name === '') break;
    const size = Number.parseInt(text(header, 124, 12), 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new Error(`the archive is damaged at byte ${at}`);
    const begin = at + BLOCK;
    const isFile = ['0', ''].includes(text(header, 156, 1));
    if (isFile && name === member && begin + size <= tar.length) return tar.subarray(begin, begin + size);
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`the archive holds no file ${member}`);
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.toString('latin1', from, from + length);
  const end = field.indexOf('\0');
  return (end < 0 ? field : field.slice(0, end)).trim();
}
