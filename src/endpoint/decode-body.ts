// The body of an answer as it was before its content codings (RFC 9110, 8.4), undone in reverse order while it arrives.
import { pipeline, Transform, type Duplex, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { GuardError } from './guard-error.ts';

const decoders: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  // The window that RFC 9659 allows on the web; a stranger's frame may ask for sixteen times as much memory.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
};

/** What coding adds to what cannot be made smaller. */
const slack = 64 * 1024;

/**
 * The answer says which codings it has, whatever the request offered. One that we do not know is refused, not guessed at.
 * No step takes in much more than `maxBytes`: what comes to nothing at the end may have been endless on the way.
 */
export function decodeBody(body: Readable, encoding: string | string[] | undefined, maxBytes: number): Readable {
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
  const bounded = steps.flatMap((step) => [bound(maxBytes + slack), step]);
  pipeline([body, ...bounded], () => {}); // its failure is that of the last step, which is read
  return last as unknown as Readable;
}

function bound(most: number): Duplex {
  let size = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      size += piece.length;
      if (size <= most) done(null, piece);
      else done(new GuardError('body-too-large', `the answer is larger than ${most} bytes before it is decoded`));
    },
  });
}
