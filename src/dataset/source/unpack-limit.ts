// Files that are made to fill a disk: how much one may come to when it is unpacked, or becomes text.
import { stat } from 'node:fs/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';

/** Tables come out of their packing some twenty times as large. */
export const mostTimes = 100;
/** So much is free, however small the file is. */
const usualFreeBytes = 2 ** 30;

/** In bytes. */
export async function mostUnpacked(path: string, freeBytes = usualFreeBytes): Promise<number> {
  return Math.max(freeBytes, (await stat(path)).size * mostTimes);
}

export function unpacker(packed: 'gzip' | 'zstd'): Gunzip | ZstdDecompress {
  return packed === 'gzip' ? createGunzip() : createZstdDecompress();
}
