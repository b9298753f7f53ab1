// The numbered execution log: what ran, with what, and what came out, in the order in which it ended.

export type LogTask = {
  name: string;
  state: string;
  runner: string;
  inputs: readonly (readonly [string, string])[];
  outputs: readonly (readonly [string, string])[];
  reason?: string;
};

/** Lines `N : task - runner : inputs - a=b : outputs - c=d`, from the pipeline's inputs to its outputs. */
export function writeLog(
  inputs: readonly (readonly [string, string])[],
  ended: readonly LogTask[],
  outputs: readonly (readonly [string, string])[],
): string[] {
  const lines = [`0 : pipeline : inputs - ${pairs(inputs)}`];
  ended.forEach((task, index) => {
    const end =
      task.state === 'succeeded'
        ? `outputs - ${pairs(task.outputs)}`
        : ['kept', 'frozen'].includes(task.state)
          ? `${task.state} - ${pairs(task.outputs)}`
          : `${task.state}${task.reason ? ` - ${oneLine(task.reason)}` : ''}`;
    lines.push(
      `${index + 1} : ${oneLine(task.name)} - ${oneLine(task.runner)} : inputs - ${pairs(task.inputs)} : ${end}`,
    );
  });
  return [...lines, `${ended.length + 1} : pipeline : outputs - ${pairs(outputs)}`];
}

function pairs(list: readonly (readonly [string, string])[]): string {
  return list.length === 0 ? 'none' : list.map(([name, content]) => `${oneLine(name)}=${oneLine(content)}`).join(', ');
}

function oneLine(text: string): string {
  const clean = text.replaceAll(/\p{Cc}+/gu, ' ');
  return clean.length > 200 ? `${clean.slice(0, 197)}...` : clean;
}
