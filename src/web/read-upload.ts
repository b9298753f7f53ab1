// The file in a form, as it comes: read to its end without ever being in memory as a whole.

import { Failure } from '../domain/text/failure.ts';

export type UploadedFile = { name: string; chunks: AsyncIterable<Uint8Array> };

const largestHead = 16 * 1024;

/** The first part with a file in it; undefined where the body is no such form or has none. */
export async function readUpload(
  body: ReadableStream<Uint8Array> | null,
  contentType: string | undefined,
): Promise<UploadedFile | undefined> {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (!body || boundary === undefined) return undefined;
  const reader = new Reader(body.getReader(), Buffer.from(`\r\n--${boundary}`));
  // The first boundary has no line before it.
  reader.prepend(Buffer.from('\r\n'));
  await reader.skipPart();
  for (;;) {
    const head = await reader.head();
    if (head === undefined) return undefined;
    const name = /;\s*filename="([^"]*)"/i.exec(head)?.[1];
    if (name !== undefined && name !== '') return { name, chunks: reader.part() };
    await reader.skipPart();
  }
}

class Reader {
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  readonly #end: Buffer;
  #kept: Buffer = Buffer.alloc(0);

  constructor(source: ReadableStreamDefaultReader<Uint8Array>, end: Buffer) {
    this.#source = source;
    this.#end = end;
  }

  prepend(bytes: Buffer): void {
    this.#kept = Buffer.concat([bytes, this.#kept]);
  }

  /** The lines above a part; undefined after the last one. */
  async head(): Promise<string | undefined> {
    for (;;) {
      const end = this.#kept.indexOf('\r\n\r\n');
      if (this.#kept.subarray(0, 2).equals(Buffer.from('--'))) return undefined;
      if (end !== -1) {
        const head = this.#kept.toString('utf8', 0, end);
        this.#kept = this.#kept.subarray(end + 4);
        return head;
      }
      if (this.#kept.length > largestHead || !(await this.#more())) return undefined;
    }
  }

  /** What stands before the next boundary. A body that ends before it is one that did not arrive. */
  async *part(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const end = this.#kept.indexOf(this.#end);
      if (end !== -1) {
        const rest = this.#kept.subarray(0, end);
        this.#kept = this.#kept.subarray(end + this.#end.length);
        if (rest.length > 0) yield rest;
        return;
      }
      // A boundary may be cut in two by the end of what has come.
      const sure = this.#kept.length - this.#end.length;
      if (sure > 0) {
        const ready = this.#kept.subarray(0, sure);
        this.#kept = this.#kept.subarray(sure);
        yield ready;
      }
      if (!(await this.#more())) throw new Failure('upload-refused', 'the file did not arrive whole: upload it again');
    }
  }

  async skipPart(): Promise<void> {
    for await (const _ of this.part());
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.read();
    if (done) return false;
    this.#kept = Buffer.concat([this.#kept, value]);
    return true;
  }
}
