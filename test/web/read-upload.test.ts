// The file in a form as it comes over the wire, however it is cut into pieces.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { readUpload } from '../../src/web/read-upload.ts';

async function wire(form: FormData): Promise<{ bytes: Buffer; type: string }> {
  const request = new Request('https://x.example', { method: 'POST', body: form });
  return { bytes: Buffer.from(await request.arrayBuffer()), type: request.headers.get('content-type')! };
}
function inPieces(bytes: Buffer, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  const pieces = [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
  return new ReadableStream({
    start(stream) {
      for (const piece of pieces) if (piece.length > 0) stream.enqueue(piece);
      stream.close();
    },
  });
}
async function read(
  body: ReadableStream<Uint8Array>,
  type: string,
): Promise<{ name: string; bytes: Buffer } | undefined> {
  const file = await readUpload(body, type);
  if (!file) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks) chunks.push(Buffer.from(chunk));
  return { name: file.name, bytes: Buffer.concat(chunks) };
}

test('any bytes in any pieces come out as they went in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(), { maxLength: 8 }), async (content, cuts) => {
      const form = new FormData();
      form.set('word', 'before\r\n--');
      form.set('file', new File([Buffer.from(content), '\r\n--\r\n'], 'a.csv'));
      form.set('more', 'after');
      const { bytes, type } = await wire(form);
      const found = await read(inPieces(bytes, cuts), type);
      expect(found?.name).toBe('a.csv');
      expect(found?.bytes.equals(Buffer.concat([content, Buffer.from('\r\n--\r\n')]))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('no file, another form, and an end before the end', async () => {
  const form = new FormData();
  form.set('word', 'x');
  const plain = await wire(form);
  expect(await read(inPieces(plain.bytes, []), plain.type)).toBeUndefined();
  expect(await readUpload(inPieces(plain.bytes, []), 'application/json')).toBeUndefined();
  expect(await readUpload(null, plain.type)).toBeUndefined();
  form.set('file', new File(['a,b\n1,2\n'], 'a.csv'));
  const { bytes, type } = await wire(form);
  await expect(read(inPieces(bytes.subarray(0, bytes.length - 40), []), type)).rejects.toThrow('did not arrive whole');
});
