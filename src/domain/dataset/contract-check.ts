// Checks rows against the data contract, one at a time, and says what breaks it: where first, how often, by which values.
import { type ColumnContract, boundOf, type Contract } from './contract.ts';
import type { Problem } from '../text/problem.ts';
import { type CellReader, plainCells } from './cell-reader.ts';
import { isBoolean } from '../text/read-cell.ts';
import { suggest } from '../text/suggest.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

/** Breaches of one kind in one column. */
type Breach = { column: string; code: ProblemCode; what: string; count: number; line: number; examples: Set<string> };
type Rule = { name: string; index: number; rule: ColumnContract; min?: number; max?: number; values?: Set<string> };

const mostExamples = 5;
/** Distinct values are remembered up to this number, so that memory stays bounded; repeats behind it are not found. */
const mostDistinct = 2_000_000;

export class ContractCheck {
  readonly #file: string;
  readonly #cells: CellReader;
  readonly #rules: Rule[];
  readonly #header: Problem[];
  readonly #breaches = new Map<string, Breach>();
  readonly #seen = new Map<string, Set<string>>();

  /** `columns` are the header of the file. */
  constructor(contract: Contract, columns: readonly string[], file: string, cells: CellReader = plainCells) {
    this.#file = file;
    this.#cells = cells;
    this.#header = checkColumns(contract, columns, file);
    this.#rules = Object.entries(contract.columns).flatMap(([name, rule]) => {
      const index = columns.indexOf(name);
      return index < 0 ? [] : [toRule(name, index, rule)];
    });
  }

  /** `line` is where the row begins in the file. */
  row(line: number, text: (column: number) => string): void {
    for (const rule of this.#rules) this.#value(rule, text(rule.index), line);
  }

  /** The header's problems, then one problem for each kind of breach, at the line of its first row. */
  problems(): Problem[] {
    const breaches = [...this.#breaches.values()].map(({ column, code, what, count, line, examples }): Problem => {
      const shown = [...examples].map((example) => JSON.stringify(example.slice(0, 60))).join(', ');
      const message = `${column}: ${what}${shown === '' ? '' : ` ${shown}`} (${count} row${count === 1 ? '' : 's'})`;
      return { file: this.#file, line, column: 1, level: 'error', code, message };
    });
    return [...this.#header, ...breaches.toSorted((a, b) => a.line - b.line)];
  }

  #value(rule: Rule, text: string, line: number): void {
    const { name } = rule;
    if (this.#cells.isMissing(text)) {
      if (!rule.rule.nullable) this.#breach(name, 'contract-missing', 'a value is missing', line);
      return;
    }
    const number = measure(text, rule.rule.type, this.#cells);
    if (number === undefined) {
      this.#breach(
        name,
        'contract-type',
        `not a${rule.rule.type === 'integer' ? 'n' : ''} ${rule.rule.type}:`,
        line,
        text,
      );
    } else {
      if (rule.min !== undefined && number < rule.min) {
        this.#breach(name, 'contract-range', `below ${rule.rule.min}:`, line, text);
      }
      if (rule.max !== undefined && number > rule.max) {
        this.#breach(name, 'contract-range', `above ${rule.rule.max}:`, line, text);
      }
    }
    if (rule.values && !rule.values.has(text)) this.#breach(name, 'contract-value', 'unexpected', line, text);
    if (rule.rule.unique && this.#isRepeated(name, text)) this.#breach(name, 'contract-unique', 'repeated', line, text);
  }

  #isRepeated(name: string, text: string): boolean {
    const seen = this.#seen.get(name) ?? new Set<string>();
    this.#seen.set(name, seen);
    if (seen.has(text)) return true;
    if (seen.size < mostDistinct) seen.add(text);
    return false;
  }

  #breach(column: string, code: ProblemCode, what: string, line: number, example?: string): void {
    const key = `${column}\n${what}`;
    const breach = this.#breaches.get(key) ?? { column, code, what, count: 0, line, examples: new Set<string>() };
    this.#breaches.set(key, breach);
    breach.count += 1;
    if (example !== undefined && breach.examples.size < mostExamples) breach.examples.add(example);
  }
}

function toRule(name: string, index: number, rule: ColumnContract): Rule {
  const min = rule.min === undefined ? undefined : boundOf(rule.min, rule.type);
  const max = rule.max === undefined ? undefined : boundOf(rule.max, rule.type);
  return {
    name,
    index,
    rule,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(rule.values ? { values: new Set(rule.values.map(String)) } : {}),
  };
}

/** What the bounds are compared with, or undefined when the text is not of the type. */
function measure(text: string, type: ColumnContract['type'], cells: CellReader): number | undefined {
  if (type === 'string') return 0;
  if (type === 'boolean') return isBoolean(text) ? 0 : undefined;
  if (type === 'date') return cells.date(text);
  const number = cells.number(text);
  return type === 'integer' && number !== undefined && !Number.isInteger(number) ? undefined : number;
}

function checkColumns(contract: Contract, columns: readonly string[], file: string): Problem[] {
  const named = Object.keys(contract.columns);
  const problem = (code: ProblemCode, message: string, hint?: string): Problem => {
    return { file, line: 1, column: 1, level: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
  };
  const extra = contract.extra === 'allow' ? [] : columns.filter((name) => name !== '' && !named.includes(name));
  const missing = named.filter((name) => !columns.includes(name) && contract.columns[name]?.optional !== true);
  return [
    ...missing.map((name) => {
      const near = suggest(name, extra);
      const hint = near === undefined ? undefined : `there is "${near}"`;
      return problem('contract-column', `${name}: the column is missing`, hint);
    }),
    ...extra.map((name) => problem('contract-column', `${name}: the column is not in the contract`)),
  ];
}
