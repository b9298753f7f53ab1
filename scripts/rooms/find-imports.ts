// The modules that a TypeScript file names, types included, with the line of each.

const statement = /^(?:import|export)\b[^;'"]*?(?:from\s*)?'([^']+)';|\bimport\(\s*'([^']+)'\s*\)/gm;

export function findImports(text: string): { target: string; line: number }[] {
  return [...text.matchAll(statement)].map((match) => ({
    target: match[1] ?? match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}
