// The body of an answer as it was before its content codings (RFC 9110, 8.4), undone in reverse order while it arrives.
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { GuardError } from './guard-error.ts';

const decoders: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The answer says which codings it has, whatever the request offered. One that we do not know is refused, not guessed at. */
export function decodeBody(body: Readable, encoding: string | string[] | undefined): Readable {
  const codings = String(encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const steps = codings.toReversed().map((coding) => {
    const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (!decoder || codings.length > 4) {
      body.destroy();
      throw new GuardError(
        'unknown-encoding',
        `the answer has the content coding "${codings.join(', ').slice(0, 60)}", which is not known`,
      );
    }
    return decoder();
  });
  const last = steps.at(-1);
  if (!last) return body;
  pipeline([body, ...steps], () => {}); // its failure is that of the last step, which is read
  return last as unknown as Readable;
}
