// A linter's report as the milestones use it.

export type LintFinding = { path: string; line: number; column: number; code: string; message: string };
export type Lint = {
  findings: LintFinding[];
  /** Pylint's mark out of ten. */
  rating?: number;
};

/** Pylint, alone, counts columns from 0; its codes are a letter and four digits. */
export function toColumn(column: number, code: string): number {
  return (Number.isFinite(column) ? column : 1) + (/^[CRWEFI]\d{4}$/.test(code) ? 1 : 0) || 1;
}
