// A way to a server that can fall silent: connections stay open, new ones are taken, and nothing goes through.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type StallingProxy = {
  port: number;
  /** Nothing goes through any more, either way. */
  stall: () => void;
  resume: () => void;
  /** Breaks all connections and takes no new ones, as a server that restarts. */
  refuse: () => void;
  /** New connections work again; the old ones stay as they are, as behind a router that forgot them. */
  forget: () => void;
  /** Breaks all connections. */
  cut: () => void;
  /** How many there are. */
  connections: () => number;
  close: () => Promise<void>;
};

export async function startProxy(to: { host: string; port: number }): Promise<StallingProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let silent = false;
  let refusing = false;
  const server = createServer((near) => {
    if (refusing) return void near.destroy();
    const far = connect(to.port, to.host);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, other] of [pair, [far, near] as const]) {
      from.on('data', (piece) => other.write(piece)).on('error', () => undefined);
      from.on('close', () => {
        if (!silent) other.destroy();
        pairs.delete(pair);
      });
    }
    if (silent) for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const each = (act: (socket: Socket) => void): void => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      silent = true;
      each((socket) => socket.pause());
    },
    resume() {
      silent = false;
      refusing = false;
      each((socket) => socket.resume());
    },
    refuse() {
      refusing = true;
      each((socket) => socket.destroy());
    },
    forget() {
      silent = false;
    },
    cut: () => each((socket) => socket.destroy()),
    connections: () => pairs.size,
    close: () => {
      silent = false;
      each((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
