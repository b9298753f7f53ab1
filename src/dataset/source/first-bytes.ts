// What a file is by its first bytes, where it is no table that can be read: one sentence each, with the way in.

import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from '../../domain/text/problem-codes.ts';

/** `code` is of the problem that a person sees. */
export type NotTable = { code: ProblemCode; what: string; hint: string };

const asCsv = 'save it as CSV, and name that file';
const asExcel = 'save it as CSV from the program that made it (Excel: File, Save As, “CSV UTF-8”), and name that file';
const unpack = 'unpack it, and name the file in it';
const pandas = (reader: string): string =>
  `write it as CSV or Parquet, such as by pandas: \`${reader}(…).to_csv(…, index=False)\``;

type Magic = { at?: number; bytes: string } & NotTable;

const magics: Magic[] = [
  { bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', code: 'source-xls', what: 'an Excel workbook (.xls)', hint: asExcel },
  {
    bytes: 'ARROW1',
    code: 'source-arrow',
    what: 'an Arrow (Feather) file',
    hint: 'write it as Parquet, such as by pandas: `read_feather(…).to_parquet(…)`',
  },
  {
    bytes: 'FEA1',
    code: 'source-arrow',
    what: 'a Feather file',
    hint: 'write it as Parquet, such as by pandas: `read_feather(…).to_parquet(…)`',
  },
  {
    bytes: 'SQLite format 3\0',
    code: 'source-sqlite',
    what: 'a SQLite database',
    hint: 'export a table as CSV: `sqlite3 -header -csv FILE "select * from TABLE" > data.csv`',
  },
  { bytes: '\x93NUMPY', code: 'source-numpy', what: 'a NumPy array (.npy)', hint: asCsv },
  { bytes: '\x89HDF\r\n', code: 'source-hdf5', what: 'an HDF5 file', hint: pandas('read_hdf') },
  { bytes: 'Obj\x01', code: 'source-avro', what: 'an Avro file', hint: asCsv },
  { bytes: 'ORC', code: 'source-orc', what: 'an ORC file', hint: pandas('read_orc') },
  {
    bytes: 'RDX',
    code: 'source-rdata',
    what: 'an R workspace',
    hint: 'write it by R: `write.csv(x, "data.csv", row.names = FALSE)`',
  },
  { bytes: '$FL2', code: 'source-spss', what: 'an SPSS file', hint: pandas('read_spss') },
  { bytes: '<stata_dta>', code: 'source-stata', what: 'a Stata file', hint: pandas('read_stata') },
  { bytes: 'CDF\x01', code: 'source-binary', what: 'a NetCDF file', hint: asCsv },
  { bytes: 'MATLAB 5.0', code: 'source-binary', what: 'a MATLAB file', hint: asCsv },
  { at: 8, bytes: 'DUCK', code: 'source-binary', what: 'a DuckDB database', hint: asCsv },
  { bytes: '%PDF-', code: 'source-binary', what: 'a PDF', hint: asCsv },
  { bytes: '\x89PNG', code: 'source-binary', what: 'a picture', hint: 'name the folder that it is in, or a table' },
  {
    bytes: '\xff\xd8\xff',
    code: 'source-binary',
    what: 'a picture',
    hint: 'name the folder that it is in, or a table',
  },
  { bytes: 'GIF8', code: 'source-binary', what: 'a picture', hint: 'name the folder that it is in, or a table' },
  { bytes: '\x1f\x9d', code: 'source-archive', what: 'compressed by compress (.Z)', hint: unpack },
  { bytes: '\x04"M\x18', code: 'source-archive', what: 'compressed by LZ4', hint: unpack },
  { bytes: '{\\rtf', code: 'source-binary', what: 'a document (RTF)', hint: asCsv },
  {
    bytes: 'BZh',
    code: 'source-bzip2',
    what: 'compressed by bzip2',
    hint: 'unpack it, or compress it by gzip or zstd',
  },
  {
    bytes: '\xfd7zXZ\0',
    code: 'source-xz',
    what: 'compressed by xz',
    hint: 'unpack it, or compress it by gzip or zstd',
  },
  {
    bytes: ']\0\0',
    code: 'source-xz',
    what: 'compressed by lzma',
    hint: 'unpack it, or compress it by gzip or zstd',
  },
  { bytes: '7z\xbc\xaf\x27\x1c', code: 'source-archive', what: 'a 7-Zip archive', hint: unpack },
  { bytes: 'Rar!', code: 'source-archive', what: 'a RAR archive', hint: unpack },
  { at: 257, bytes: 'ustar', code: 'source-archive', what: 'a tar archive', hint: unpack },
];

/** Undefined for what may be a table. `head` are the first kilobytes. */
export function tellBytes(head: Buffer, name: string): NotTable | undefined {
  const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  const binary = head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
  const magic = magics.find(({ at = 0, bytes }) => text.startsWith(bytes, at) && (binary || !isWord(bytes)));
  if (magic) return magic;
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return tellZip(text);
  if (
    (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) ||
    /^(?:\([dlp]|c[a-z_]+(?:\.[a-z_]+)*\n\w+\n)[p(\d]/.test(text)
  ) {
    return { code: 'source-pickle', what: 'a Python pickle', hint: pandas('read_pickle') };
  }
  if (arffHead.test(text)) {
    const hint = 'save it as CSV; `practicum new` makes such a copy';
    return { code: 'source-arff', what: 'an ARFF file (Weka, OpenML)', hint };
  }
  return tellPointer(text, name) ?? tellMarkup(text, name) ?? tellSql(text) ?? tellBinary(head);
}

/** Comments may stand before it. */
export const arffHead = /^(?:[ \t]*(?:%[^\n]*)?\r?\n)*[ \t]*@relation\b/i;

/** Of all versions: Git LFS was called Hawser and git-media before; the oldest pointers are a digest alone. */
const lfsPointer =
  /^version https?:\/\/(?:git-lfs\.github\.com\/spec|hawser\.github\.com\/spec|git-media\.io\/v)\/|^(?:# (?:git-media|external)\r?\n)?(?:[0-9a-f]{40}|[0-9a-f]{64})\s*$/;

/** A file that stands for the data: what a checkout without Git LFS, DVC or git-annex leaves behind. */
export function tellPointer(text: string, name: string): NotTable | undefined {
  if (lfsPointer.test(text)) {
    const hint =
      'commit the file itself (`git lfs untrack`, then add it again), or name an `https://` address or a remote that has it';
    return { code: 'source-lfs-pointer', what: 'a Git LFS pointer, not the data', hint };
  }
  if (/^(?:\.\.\/)*(?:\/?\.git)?\/?annex\/objects\//.test(text) && text.length < 2000) {
    const hint = 'commit the file itself (`git annex unannex`), or name an `https://` address or a remote that has it';
    return { code: 'source-annex-pointer', what: 'a link of git-annex, not the data', hint };
  }
  const dvc = /^(?:[\w-]+:.*\n)*outs:\s*\n\s*-\s/.test(text) && /\b(?:md5|etag|checksum|path):/.test(text);
  if (dvc || (/\.dvc$/i.test(name) && text.includes('outs:'))) {
    const hint = 'commit the file itself, or name the remote that DVC pushes to, such as `s3://…`';
    return { code: 'source-dvc-pointer', what: 'a .dvc file, which points to the data', hint };
  }
  return undefined;
}

/** A header may begin with such letters, as `ORCID` does. */
function isWord(bytes: string): boolean {
  return /^[A-Za-z0-9]+$/.test(bytes);
}

function tellZip(text: string): NotTable {
  if (/\[Content_Types\]\.xml|xl\/|_rels\/\.rels|docProps\//.test(text)) {
    return { code: 'source-xlsx', what: 'an Excel workbook (.xlsx)', hint: asExcel };
  }
  if (text.includes('application/vnd.oasis.opendocument')) {
    return { code: 'source-xlsx', what: 'an OpenDocument spreadsheet', hint: asExcel };
  }
  // The name of the first file in it follows a header of thirty bytes.
  if (/^[^/]{1,80}?\.npy/.test(text.slice(30, 120))) {
    return { code: 'source-numpy', what: 'a NumPy archive (.npz)', hint: asCsv };
  }
  return { code: 'source-zip', what: 'a zip archive', hint: unpack };
}

/** What `sqlite3 .dump`, `pg_dump` and `mysqldump` write. */
function tellSql(text: string): NotTable | undefined {
  const bare = text.replace(/^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/;?)*/, '');
  const statement = /^\s*(?:CREATE TABLE|INSERT INTO)\b[^\n]*[(;]/im;
  if (!/^(?:CREATE|INSERT|DROP|SET|BEGIN|PRAGMA|LOCK|USE)\s/i.test(bare) || !statement.test(bare)) return undefined;
  return { code: 'source-sql', what: 'a dump of a database (SQL)', hint: 'load it, and export a table as CSV' };
}

function tellMarkup(text: string, name: string): NotTable | undefined {
  const start = text.trimStart();
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body|script|meta)\b/i.test(start)) {
    const drive = /google drive/i.test(text) && /virus scan/i.test(text);
    const hint = drive
      ? 'Google Drive asks for a confirmation first: name a direct address, or a remote of rclone'
      : 'it may be a page of error or login: name the address of the file itself (on GitHub the one behind “Raw”)';
    return {
      code: 'source-html',
      what: `${drive ? 'a page of Google Drive' : 'a web page (HTML)'}, not the data`,
      hint,
    };
  }
  if (/^<\?xml\b|^<[A-Za-z][\w:.-]*(?:\s[^<>]*)?>\s*</.test(start) && !/\.(?:csv|tsv)$/i.test(name)) {
    return { code: 'source-xml', what: 'XML', hint: asCsv };
  }
  if (/^<(?:\?xml|svg)\b/.test(start)) return { code: 'source-xml', what: 'XML, not a table', hint: asCsv };
  // A page may begin with any element; a header with one in it has a delimiter.
  const whole = /^<([a-z][a-z0-9]*)(?:\s[^<>]*)?>[^]*<\/\1\s*>\s*$/i.exec(start);
  if (whole && !/^[^\n]*[,;\t][^\n]*\n/.test(start)) {
    if (!pageElements.has(whole[1]!.toLowerCase()))
      return { code: 'source-xml', what: 'XML, not a table', hint: asCsv };
    const hint =
      'it may be a page of error or login: name the address of the file itself (on GitHub the one behind “Raw”)';
    return { code: 'source-html', what: 'a web page (HTML), not the data', hint };
  }
  return undefined;
}

/** Elements that a page, or a part of one, begins with. */
const pageElements = new Set(
  'a article b center div dl form font h1 h2 h3 h4 h5 h6 header i iframe main nav noscript ol p pre section span strong style table title ul'.split(
    ' ',
  ),
);

/** So few signs of no text that a file is one nevertheless: each is told with its line. */
const fewSigns = 0.02;

function tellBinary(head: Buffer): NotTable | undefined {
  if (isMarked(head, '\xff\xfe\0\0') || isMarked(head, '\0\0\xfe\xff')) {
    return { code: 'source-binary', what: 'text in UTF-32', hint: 'save it as UTF-8' };
  }
  if (isMarked(head, '\xff\xfe') || isMarked(head, '\xfe\xff')) return undefined;
  const zeros = head.filter((byte) => byte === 0).length;
  // What a full disk, or a program that was stopped, leaves at the end of a text.
  const text = head.subarray(0, head.findLastIndex((byte) => byte !== 0) + 1);
  const signs = text.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 26 && byte !== 27)).length;
  if (zeros * 3 > head.length && zeros * 5 < head.length * 3 && signs > 0) {
    const hint = 'save it as UTF-8, or as UTF-16 with a byte order mark';
    return { code: 'source-binary', what: 'text in UTF-16 without a byte order mark', hint };
  }
  // Zeros behind whole lines are told as such.
  const ended = text.length === head.length || text.includes(10);
  const odd = !ended || (signs > Math.max(1, text.length * fewSigns) && !isSeparated(text));
  if (!odd && text.includes(10) && isForeign(text)) {
    const hint = 'convert it to UTF-8, such as by `iconv -f SHIFT_JIS -t UTF-8`';
    return { code: 'source-binary', what: 'text in an encoding that is not read, or no text', hint };
  }
  if (text.length === 0 ? head.length > 0 : odd || isForeign(text)) {
    return { code: 'source-binary', what: 'a binary file', hint: asCsv };
  }
  return undefined;
}

function isMarked(head: Buffer, mark: string): boolean {
  return head.subarray(0, mark.length).equals(Buffer.from(mark, 'latin1'));
}

/** Fields may be divided by a control sign: that is told with the header. */
function isSeparated(text: Buffer): boolean {
  const lines = text.toString('latin1').split('\n').slice(0, 20);
  return ['\x01', '\x1e', '\x1f'].some(
    (sign) => lines.length > 2 && lines.slice(0, -1).every((line) => line.includes(sign)),
  );
}

/** Hardly a sign of ASCII, and no UTF-8: text of a mainframe, or no text. */
function isForeign(text: Buffer): boolean {
  const ascii = text.filter((byte) => byte < 128).length;
  const few = text.includes(10) ? 0.5 : 0.6;
  return text.length > 16 && ascii < text.length * few && !isUtf8(text.subarray(0, Math.max(0, text.length - 4)));
}
