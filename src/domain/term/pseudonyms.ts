// Names for those who must not be named: the same one for the same thing within a file, and none that can be computed back.
import { createHmac } from 'node:crypto';
import { asLetters } from './seal.ts';

/**
 * What is known before the first line is written. `secret` is drawn for one file and forgotten. Of `ordered` things the order
 * decides between equals, so theirs is kept.
 */
export type Known = {
  secret: string;
  students: Iterable<string>;
  ordered: Iterable<string>;
  digests: Iterable<string>;
  /** The teacher's words, which rules are found by. */
  words: Iterable<string>;
  /** What no word may contain: logins, names, addresses, numbers of accounts. */
  people: Iterable<string>;
};

export class Pseudonyms {
  readonly #secret: string;
  readonly #students: Map<string, string>;
  readonly #ranks: Map<string, string>;
  readonly #digests: readonly string[];
  readonly #words: ReadonlySet<string>;
  readonly #people: readonly RegExp[];

  constructor({ secret, students, ordered, digests, words, people }: Known) {
    this.#secret = secret;
    this.#people = [...new Set([...people].map((person) => person.trim().toLowerCase()))].flatMap(inText);
    // Not in the order of the roster, which is one of names.
    const mixed = [...new Set(students)].sort((a, b) => (this.#digest('mix', a) < this.#digest('mix', b) ? -1 : 1));
    this.#students = new Map(mixed.map((slug, index) => [slug, `student-${index + 1}`]));
    const inOrder = [...new Set(ordered)].sort();
    const width = String(inOrder.length).length;
    this.#ranks = new Map(inOrder.map((id, index) => [id, String(index + 1).padStart(width, '0')]));
    this.#digests = [...new Set(digests)];
    this.#words = new Set([...words].filter((word) => !this.#namesSomebody(word)));
  }

  student(slug: string): string {
    return this.#students.get(slug) ?? this.token('student', slug);
  }

  /** Of what is told apart by its order: its place in it. */
  ranked(kind: string, id: string): string {
    const rank = this.#ranks.get(id);
    return rank === undefined ? this.token(kind, id) : `${kind}-${rank}`;
  }

  token(kind: string, value: string): string {
    return `${kind}-${asLetters(this.#digest(kind, value)).slice(0, 16)}`;
  }

  repository(fullName: string): string {
    return this.token('repository', fullName.toLowerCase());
  }

  /** A commit can be looked up on GitHub. */
  commit(sha: string): string {
    return asLetters(this.#digest('commit', sha)).slice(0, 40);
  }

  /** Digits, so that a version can name it. */
  digest(digest: string): string {
    return this.#digest('digest', digest).replaceAll(/[a-f]/g, (letter) => String(letter.codePointAt(0)! % 10));
  }

  /** A version is the student's text. That it names a model by digits of its digest is kept. */
  version(text: string): string {
    const words = text.toLowerCase().match(/(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])/g) ?? [];
    const named = words.flatMap((hex) =>
      this.#digests
        .filter((digest) => digest.startsWith(hex))
        .map((digest) => this.digest(digest).slice(0, hex.length)),
    );
    return [this.token('version', text), ...new Set(named)].join('+').slice(0, 200);
  }

  /** A word of the teacher's is kept, anything else under that name is not. */
  word(kind: string, text: string): string {
    return this.#words.has(text) ? text : this.token(kind, text);
  }

  /** A code of the app's own, or what stands in its place. */
  code(text: string): string {
    return /^[a-z0-9][a-z0-9_-]{0,59}$/.test(text) && !this.#namesSomebody(text) ? text : this.token('code', text);
  }

  /** Of the teacher's words those that are not kept: they name somebody. */
  lost(words: Iterable<string>): string[] {
    return [...new Set(words)].filter((text) => this.#namesSomebody(text));
  }

  #namesSomebody(text: string): boolean {
    return this.#people.some((person) => person.test(text.toLowerCase()));
  }

  #digest(kind: string, value: string): string {
    return createHmac('sha256', this.#secret).update(`${kind}\n${value}`).digest('hex');
  }
}

/** A short name is found as a word of its own: there is a "li" in every pipeline. */
function inText(name: string): RegExp[] {
  if (name.length < 2) return [];
  const literal = RegExp.escape(name);
  return [new RegExp(name.length > 3 ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'u')];
}
