// What was sent, by GUID: as files, so that it survives the process, or in memory.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

export type PayloadStore = {
  write: (guid: string, payload: string) => void;
  read: (guid: string) => string;
  remove: (guid: string) => void;
};

export function payloadsIn(folder: string): PayloadStore {
  mkdirSync(folder, { recursive: true });
  const fileOf = (guid: string): string => join(folder, `${guid}.json.gz`);
  return {
    write: (guid, payload) => writeFileSync(fileOf(guid), gzipSync(payload, { level: 1 })),
    read: (guid) => gunzipSync(readFileSync(fileOf(guid))).toString(),
    remove: (guid) => rmSync(fileOf(guid), { force: true }),
  };
}

/** Plain for a while, packed when others have come: the latest are read at once, the others hardly ever. */
export function payloadsInMemory(): PayloadStore {
  const plain = new Map<string, string>();
  const packed = new Map<string, Buffer>();
  return {
    write(guid, payload) {
      plain.set(guid, payload);
      const [oldest] = plain;
      if (plain.size <= mostPlain || !oldest) return;
      plain.delete(oldest[0]);
      packed.set(oldest[0], gzipSync(oldest[1], { level: 1 }));
    },
    read(guid) {
      const text = plain.get(guid);
      if (text !== undefined) return text;
      const bytes = packed.get(guid);
      if (!bytes) throw new Error(`there is no delivery ${guid}`);
      return gunzipSync(bytes).toString();
    },
    remove(guid) {
      plain.delete(guid);
      packed.delete(guid);
    },
  };
}

const mostPlain = 200;
