// Stands between a program and its PostgreSQL server, and lets somebody else commit before each of its statements.
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

export type CompetingDatabase = {
  /** The same database, by way of us. */
  url: string;
  /** Before how many statements somebody else has had a turn. */
  statements: () => number;
  close: () => Promise<void>;
};

/** `compete` runs before each statement, on connections of its own; `spared` statements are passed on as they are. */
export async function openCompeting(
  url: string,
  compete: (n: number) => Promise<void>,
  spared: RegExp,
): Promise<CompetingDatabase> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let statements = 0;
  const server = createServer((client) => {
    const database = createConnection(Number(port), hostname);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      // Whoever hangs up is hung up on: what broke is said by the driver.
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    database.pipe(client);
    const sees = messageReader();
    let turn: Promise<void> = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      const texts = sees(chunk).filter((text) => !spared.test(text));
      turn = turn.then(async () => {
        for (const _ of texts) await compete(++statements);
        database.write(chunk);
      });
    });
    client.on('end', () => void turn.then(() => database.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    statements: () => statements,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const simpleQuery = 'Q'.charCodeAt(0);
const parse = 'P'.charCodeAt(0);

/** Finds the statements in what a client sends: messages of a kind, a length and a content, after a first one without a kind. */
function messageReader(): (chunk: Buffer) => string[] {
  let rest: Buffer = Buffer.alloc(0);
  let greeted = false;
  return (chunk) => {
    const texts: string[] = [];
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = greeted ? 1 : 0;
      if (rest.length < head + 4) return texts;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return texts;
      if (greeted && (rest[0] === simpleQuery || rest[0] === parse)) texts.push(rest.toString('utf8', 5, end));
      greeted = true;
      rest = rest.subarray(end);
    }
  };
}
