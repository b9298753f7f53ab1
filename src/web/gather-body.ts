// A body that announces no length, as one piece: passed on as it came, each of its pieces would cost as much as a page.
import type { IncomingMessage } from 'node:http';

/** What the pages' adapter takes in place of the stream. */
type Gathered = IncomingMessage & { rawBody?: Buffer };

/** No honest sender cuts what fits into memory into more. */
const mostPieces = 1000;

/**
 * Reads to the end, or to the piece that passes `most`: whoever counts afterwards sees that it is too much. Rejects where
 * the sender hung up, or was cut off for sending crumbs.
 */
export function gatherBody(request: IncomingMessage, most: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const done = (): void => {
      request.off('data', take);
      (request as Gathered).rawBody = Buffer.concat(pieces);
      resolve();
    };
    const take = (piece: Buffer): void => {
      pieces.push(piece);
      bytes += piece.length;
      if (pieces.length > mostPieces) return void request.destroy();
      if (bytes <= most) return;
      request.pause();
      done();
    };
    request.on('data', take).once('end', done).once('error', reject).once('close', reject);
  });
}
