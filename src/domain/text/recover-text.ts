// Text that was decoded as UTF-8 although it is UTF-16, as PowerShell's `>` writes it: readable again where it is ASCII.

/** Without a byte order mark. A text in which every second character is NUL was UTF-16: its ASCII is what is left without them. */
export function recoverText(text: string): string {
  if (!text.includes('\0')) return text.replace(/^\uFEFF/, '');
  return text.replace(/^(?:\uFFFD{1,2}|\uFEFF|\uFFFE|ÿþ|þÿ)/, '').replaceAll('\0', '');
}
