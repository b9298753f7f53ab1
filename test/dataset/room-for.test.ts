// A small file takes a small buffer, and whatever the size, all of a file is read.
import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTable } from '../../src/dataset/table/open-table.ts';
import { readRecords } from '../../src/dataset/table/read-records.ts';
import { hashFile } from '../../src/dataset/work/hash-file.ts';
import { roomFor } from '../../src/dataset/work/room-for.ts';
import { workFolder } from './work-folder.ts';

const dir = workFolder();
const megabyte = 1 << 20;

test.each([0, 1, 4094, 4095, 4096, 4097, megabyte - 1, megabyte, megabyte + 1, 3 * megabyte])(
  'of %d bytes',
  async (size) => {
    const path = join(dir, `${size}.csv`);
    const bytes = Buffer.from('id,k\n'.padEnd(size, '1,ab\n').slice(0, size));
    await writeFile(path, bytes);
    const file = await open(path);
    const room = await roomFor(file, megabyte);
    await file.close();
    expect(room).toBe(Math.min(megabyte, Math.max(4096, size + 1)));
    expect(await hashFile(path)).toEqual({ bytes: size, sha256: createHash('sha256').update(bytes).digest('hex') });
    const hash = createHash('sha256');
    const read: Buffer[] = [];
    for await (const batch of readRecords(path, { quotes: true, delimiter: 44, hash }))
      read.push(Buffer.from(batch.bytes.subarray(batch.starts[0], batch.ends[batch.count - 1])));
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    if (size > 4) expect((await openTable(path, 'csv')).header.toString()).toBe('id,k\n');
  },
);
