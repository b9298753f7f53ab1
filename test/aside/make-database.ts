// SQLite files as MLflow writes them, and what a stranger may send in their place. Written by Node's own SQLite.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The tables of MLflow 3 as far as they are read, in the order of its columns. */
export const mlflowTables = `
  CREATE TABLE "runs" (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), user_id VARCHAR(256),
    status VARCHAR(9), start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), experiment_id INTEGER,
    deleted_time BIGINT, CONSTRAINT run_pk PRIMARY KEY (run_uuid));
  CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL,
    is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, CONSTRAINT pk PRIMARY KEY (key, run_uuid));
  CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL);`;

export function makeDatabase(sql: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'database-'));
  const path = join(folder, 'mlflow.db');
  try {
    const database = new DatabaseSync(path, { defensive: false });
    database.exec(sql);
    database.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A file of a dozen pages whose list of tables has no end that anybody lives to see: pages that name the same page many
 * times, on many levels. Each entry is one that SQLite accepts again and again: an index that it made itself.
 */
export function endlessSchema(): Uint8Array {
  const size = 4096;
  const made = makeDatabase(`PRAGMA page_size = ${size}; CREATE TABLE runs (a TEXT UNIQUE);`);
  const levels = 12;
  const first = made.length / size + 1;
  const file = Buffer.alloc(made.length + (levels + 1) * size);
  file.set(made);
  // Page 1 keeps its entries on a page of its own, and becomes the top of the tree.
  const leaf = file.subarray((first - 1) * size, first * size);
  moveEntries(file.subarray(0, size), leaf);
  for (let level = 1; level <= levels; level++) {
    const page = file.subarray((first + level - 1) * size, (first + level) * size);
    point(page, 0, level === levels ? first : first + level + 1, 300);
  }
  // What follows the leaf is a leaf with the index alone: the table itself must not come twice.
  point(file.subarray(0, size), 100, first + 1, 2, first);
  const last = file.subarray((first + levels - 1) * size, (first + levels) * size);
  last.set(leaf);
  // Two entries, the newest first in the file: only the second is kept.
  last.writeUInt16BE(1, 3);
  last.copy(last, 8, 10, 12);
  file.writeUInt32BE(file.length / size, 28);
  return new Uint8Array(file);
}

/** From the first page, whose tree begins behind the header of the file, to another one. */
function moveEntries(from: Buffer, to: Buffer): void {
  to.set(from);
  const count = from.readUInt16BE(103);
  from.copy(to, 0, 100, 108 + 2 * count);
}

/** Makes a page that names `child` so many times; `before` is named first. */
function point(page: Buffer, at: number, child: number, times: number, before = child): void {
  page.fill(0, at);
  page[at] = 5;
  page.writeUInt16BE(times, at + 3);
  page.writeUInt32BE(child, at + 8);
  let free = page.length;
  for (let index = 0; index < times; index++) {
    free -= 5;
    page.writeUInt32BE(index === 0 ? before : child, free);
    page[free + 4] = index % 100;
    page.writeUInt16BE(free, at + 12 + 2 * index);
  }
  page.writeUInt16BE(free, at + 5);
}
