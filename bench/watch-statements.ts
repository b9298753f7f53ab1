// What statements do in the database: the rows each of them reads, and the tables that it reads from end to end.
import type pg from 'pg';

/** A node of a plan as `auto_explain` writes it. */
type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
};

export type Statement = {
  text: string;
  /** Rows of tables that were looked at, whether or not they were wanted. */
  rowsRead: number;
  /** Tables read from end to end, and how many rows that were. */
  scans: { table: string; rows: number }[];
};

export type Watched = {
  /** The statements since the last time, those inside of functions and triggers included. */
  take: () => Statement[];
};

const settings = `load 'auto_explain';
  set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
  set auto_explain.log_nested_statements = on; set auto_explain.log_format = json; set auto_explain.log_level = notice`;

/** Every statement on connections of this pool that are taken from now on, as the server ran it. The server's library must be there. */
export function watchStatements(pool: pg.Pool): Watched {
  let statements: Statement[] = [];
  const known = new WeakSet<object>();
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    client.on('notice', ({ message = '' }) => {
      const json = /^duration: [^{]*(\{.*\})\s*$/s.exec(message)?.[1];
      if (json !== undefined) statements.push(read(JSON.parse(json) as { 'Query Text': string; Plan: Node }));
    });
    // A refusal would go unseen; then nothing is watched, and whoever counts finds nothing.
    void client.query(settings).catch(() => undefined);
  });
  return {
    take() {
      const taken = statements.filter(({ text }) => text !== settings);
      statements = [];
      return taken;
    },
  };
}

function read({ 'Query Text': text, Plan: plan }: { 'Query Text': string; Plan: Node }): Statement {
  const scans: Statement['scans'] = [];
  let rowsRead = 0;
  for (const node of nodes(plan)) {
    if (node['Relation Name'] === undefined || !node['Node Type'].endsWith('Scan')) continue;
    const each = ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Index Recheck'] as const;
    const rows = node['Actual Loops'] * each.reduce((sum, name) => sum + (node[name] ?? 0), 0);
    rowsRead += rows;
    if (node['Node Type'] === 'Seq Scan') scans.push({ table: node['Relation Name'], rows });
  }
  return { text, rowsRead, scans };
}

function* nodes(node: Node): Generator<Node> {
  yield node;
  for (const below of node.Plans ?? []) yield* nodes(below);
}
