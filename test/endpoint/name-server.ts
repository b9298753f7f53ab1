// A name server on this machine that answers as a test wants it, one question after another.
import { createSocket } from 'node:dgram';

const types: Record<number, 'A' | 'AAAA' | undefined> = { 1: 'A', 28: 'AAAA' };

/** Names that the name goes by on the way to its addresses, or a code of failure, or silence. */
type Answer = { addresses?: string[]; aliases?: string[]; cut?: boolean; code?: keyof typeof codes };
export type Reply = Answer | 'silence' | 'garbage';
/** `nth`: how often this name has been asked for this type before. */
export type Answering = (name: string, type: 'A' | 'AAAA', nth: number) => Reply;

const codes = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/** Its address, as resolvers take it. */
export async function nameServer(answering: Answering): Promise<{ address: string; close: () => void }> {
  const socket = createSocket('udp4');
  const asked = new Map<string, number>();
  socket.on('message', (question, { port, address }) => {
    const { name, end } = readName(question);
    const type = types[question.readUInt16BE(end)];
    const key = `${name} ${type}`;
    const nth = asked.get(key) ?? 0;
    asked.set(key, nth + 1);
    const said = type === undefined ? {} : answering(name, type, nth);
    if (said === 'silence') return;
    const bytes = said === 'garbage' ? Buffer.from([...question.subarray(0, 2), 1, 2, 3]) : write(question, end, said);
    socket.send(bytes, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
}

function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at]!; length > 0; length = question[at]!) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function write(question: Buffer, end: number, { addresses = [], aliases = [], cut, code }: Answer): Buffer {
  const asked = question.subarray(12, end + 4);
  const records: Buffer[] = [];
  let owner = asked.subarray(0, end - 12);
  for (const alias of aliases) {
    const target = Buffer.concat([
      ...alias.split('.').map((part) => Buffer.from([part.length, ...Buffer.from(part)])),
      Buffer.of(0),
    ]);
    records.push(record(owner, 5, target));
    owner = target;
  }
  for (const address of addresses) records.push(record(owner, address.includes(':') ? 28 : 1, bytesOf(address)));
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (cut ? 0x0200 : 0) | (code === undefined ? 0 : codes[code]), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, asked, ...records]);
}

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, fixed, data]);
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const { hostname } = new URL(`http://[${address}]`);
  const [front = '', back] = hostname.slice(1, -1).split('::');
  const parts = (text: string | undefined): string[] => (text ?? '').split(':').filter(Boolean);
  const [first, last] = [parts(front), parts(back)];
  const all = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return Buffer.from(all.flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]));
}
