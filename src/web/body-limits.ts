// How much a request may bring, by where it goes: counted before anything of it is kept.

/** A form of ours has some hundred bytes. */
const largestForm = 64 * 1024;
/** A challenge is a form with a text in it, sent as the browser escapes it. */
const largestDraft = 1024 * 1024;
/** A file of data, and what a browser sends around it. */
const largestUpload = 16 * 2 ** 20 + 64 * 1024;

const draftPath = /^\/[^/]+\/challenges\/(?:new|[^/]+\/edit)$/;
const uploadPath = /^\/[^/]+\/challenges\/new\/upload$/;

export function largestBody(path: string): number {
  if (uploadPath.test(path)) return largestUpload;
  return draftPath.test(path) ? largestDraft : largestForm;
}

/** A file is written down as it comes; whatever else is sent is small. */
export function isStreamed(path: string): boolean {
  return uploadPath.test(path);
}

/** Doors for machines: whatever they answer, a program reads it. */
export function isForMachines(path: string): boolean {
  return path.startsWith('/api/');
}

/** Pages on which a script of ours runs: they work without it. */
export function isLivePage(path: string): boolean {
  return /^\/[^/]+\/challenges\/[^/]+/.test(path);
}

/** What whoever sent more is told. */
export function sayTooLarge(path: string): { title: string; text: string } {
  if (isForMachines(path)) return { title: 'Too much', text: 'a request of this size is not taken' };
  if (!uploadPath.test(path)) return { title: 'Too much', text: 'A form of this size is not taken.' };
  const text = 'It has more than 16 MB: put it into the course repository by git, or name an address as its source.';
  return { title: 'The file was not taken', text };
}
