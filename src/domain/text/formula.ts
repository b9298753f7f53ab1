// Formulas over columns, such as `spread = log(high + 1) - low / 2`: read, checked and computed here, never evaluated as code.
import { suggest } from './suggest.ts';

export type Formula = {
  /** What the result is called: the name before `=`, or `feature`. */
  feature: string;
  columns: string[];
  /** The value for a row's numbers; null where a number is missing or the result is none (1/0, log of 0). */
  compute: (cell: (column: string) => number | null) => number | null;
};

export type FormulaProblem = { problem: string; at: number };

const MAX_LENGTH = 500;
const MAX_DEPTH = 50;

type Term = (cell: (column: string) => number | null) => number | null;
type Token = { kind: 'number' | 'name' | 'column' | 'sign' | 'end'; text: string; at: number };

const functions: Record<string, { least: number; most: number; apply: (...values: number[]) => number }> = {
  abs: { least: 1, most: 1, apply: Math.abs },
  sqrt: { least: 1, most: 1, apply: Math.sqrt },
  exp: { least: 1, most: 1, apply: Math.exp },
  log: { least: 1, most: 1, apply: Math.log },
  log2: { least: 1, most: 1, apply: Math.log2 },
  log10: { least: 1, most: 1, apply: Math.log10 },
  log1p: { least: 1, most: 1, apply: Math.log1p },
  sin: { least: 1, most: 1, apply: Math.sin },
  cos: { least: 1, most: 1, apply: Math.cos },
  floor: { least: 1, most: 1, apply: Math.floor },
  ceil: { least: 1, most: 1, apply: Math.ceil },
  sign: { least: 1, most: 1, apply: Math.sign },
  pow: { least: 2, most: 2, apply: Math.pow },
  min: { least: 1, most: 20, apply: Math.min },
  max: { least: 1, most: 20, apply: Math.max },
  mean: { least: 1, most: 20, apply: (...values) => values.reduce((sum, value) => sum + value, 0) / values.length },
};

const binary: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  // The remainder takes the sign of the divisor, as in Python.
  '%': (a, b) => a - b * Math.floor(a / b),
  '^': (a, b) => a ** b,
};

/** Reads a formula; columns with blanks or signs in their names stand in double quotes or backticks. */
export function parseFormula(text: string): Formula | FormulaProblem {
  if (text.length > MAX_LENGTH) return { problem: `a formula has at most ${MAX_LENGTH} characters`, at: MAX_LENGTH };
  const named = /^\s*([A-Za-z_]\w{0,59})\s*=/.exec(text);
  try {
    const start = named ? named[0].length : 0;
    const parser = new Parser(tokenise(text, start));
    const term = parser.parse();
    const columns = [...parser.columns];
    return { feature: named?.[1] ?? 'feature', columns, compute: (cell) => finite(term(cell)) };
  } catch (error) {
    if (error instanceof Misread) return { problem: error.message, at: error.at };
    throw error;
  }
}

class Misread extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

function tokenise(text: string, start: number): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|"([^"]+)"|`([^`]+)`|(\*\*|[-+*/%^(),]))/uy;
  let at = start;
  while (text.slice(at).trim() !== '') {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw new Misread(`unexpected ${JSON.stringify(text.slice(at).trim()[0])} at character ${at + 1}`, at);
    const [whole, number, name, quoted, ticked, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign === '**' ? '^' : sign, at });
    else tokens.push({ kind: 'column', text: (quoted ?? ticked)!, at });
    at += whole.length;
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
}

/** Precedence climbing: `+ -`, then `* / %`, then unary minus, then `^` to the right. */
class Parser {
  readonly columns = new Set<string>();
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  parse(): Term {
    const term = this.#sum();
    if (this.#next.kind !== 'end') throw this.#unexpected();
    return term;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #unexpected(): Misread {
    const { text, at, kind } = this.#next;
    return new Misread(`unexpected ${kind === 'end' ? text : JSON.stringify(text)} at character ${at + 1}`, at);
  }

  #take(sign: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.text !== sign) return false;
    this.#at++;
    return true;
  }

  #sum(): Term {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '%'], () => this.#unary()));
  }

  #chain(signs: string[], operand: () => Term): Term {
    let left = operand();
    for (;;) {
      const sign = signs.find((candidate) => this.#take(candidate));
      if (sign === undefined) return left;
      left = combine(binary[sign]!, [left, operand()]);
    }
  }

  #unary(): Term {
    if (++this.#depth > MAX_DEPTH) throw new Misread('the formula is nested too deeply', this.#next.at);
    let term: Term;
    if (this.#take('-')) term = combine((value) => -value, [this.#unary()]);
    else if (this.#take('+')) term = this.#unary();
    else {
      term = this.#primary();
      if (this.#take('^')) term = combine(binary['^']!, [term, this.#unary()]);
    }
    this.#depth--;
    return term;
  }

  #primary(): Term {
    const token = this.#next;
    if (this.#take('(')) {
      const inner = this.#sum();
      if (!this.#take(')')) throw this.#unexpected();
      return inner;
    }
    if (token.kind === 'sign' || token.kind === 'end') throw this.#unexpected();
    this.#at++;
    if (token.kind === 'number') return constant(Number(token.text));
    if (token.kind === 'name' && this.#take('(')) return this.#call(token);
    this.columns.add(token.text);
    return (cell) => cell(token.text);
  }

  #call({ text, at }: Token): Term {
    const known = Object.hasOwn(functions, text) ? functions[text]! : undefined;
    if (!known) {
      const nearest = suggest(text, Object.keys(functions));
      throw new Misread(`there is no function ${text}${nearest ? `; did you mean ${nearest}?` : ''}`, at);
    }
    const values: Term[] = [];
    do values.push(this.#sum());
    while (this.#take(','));
    if (!this.#take(')')) throw this.#unexpected();
    if (values.length < known.least || values.length > known.most) {
      throw new Misread(
        `${text} takes ${known.least === known.most ? known.least : 'some'} values, not ${values.length}`,
        at,
      );
    }
    return combine(known.apply, values);
  }
}

function constant(value: number): Term {
  return () => value;
}

/** A missing number makes the whole missing. */
function combine(apply: (...values: number[]) => number, terms: readonly Term[]): Term {
  return (cell) => {
    const values: number[] = [];
    for (const term of terms) {
      const value = term(cell);
      if (value === null) return null;
      values.push(value);
    }
    return apply(...values);
  };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
