// The `.dvc` file that stands in git for data that does not belong there: students fetch what it names.

export type DvcPointer = { path: string; pointer: string };

/** `md5` and `size` are of the data file at `path`; the pointer lies beside it and names it relative to itself. */
export function dvcPointer(path: string, md5: string, size: number): DvcPointer {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const pointer = `outs:\n- md5: ${md5}\n  size: ${size}\n  hash: md5\n  path: ${yamlText(name)}\n`;
  return { path: `${path}.dvc`, pointer };
}

/** Plain where YAML reads it as the same text, else quoted. */
function yamlText(text: string): string {
  const plain = /^[A-Za-z_][\w.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
