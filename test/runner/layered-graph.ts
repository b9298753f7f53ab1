// Generates layered pipelines of values, converging or failing, with what is known about them beforehand.
import fc from 'fast-check';

export type Planned = {
  text: string;
  inputs: Map<string, string>;
  tasks: { name: string; inputs: string[]; outputs: string[]; fails: boolean }[];
};

export type Shape = { layers?: number; width?: number; failing?: boolean; command?: (name: string) => string };

/**
 * A layered graph: each task reads up to three things known before its layer and makes one to three. The wanted outputs
 * are two of the last layer's, so some branches lead nowhere.
 */
export function layeredGraph({ layers = 6, width = 3, failing = false, command }: Shape = {}): fc.Arbitrary<Planned> {
  const layer = fc.array(
    fc.record({
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      makes: fc.integer({ min: 1, max: 3 }),
      fails: fc.nat(9),
    }),
    { minLength: 1, maxLength: width },
  );
  return fc.array(layer, { minLength: 1, maxLength: layers }).map((rows) => {
    const known = ['a', 'b'];
    const tasks: Planned['tasks'] = [];
    for (const row of rows) {
      const before = [...known];
      for (const { picks, makes, fails } of row) {
        const name = `t${tasks.length}`;
        const outputs = Array.from({ length: makes }, (_, index) => `o${index}`);
        tasks.push({
          name,
          inputs: [...new Set(picks.map((pick) => before[pick % before.length]!))],
          outputs,
          fails: failing && fails === 0,
        });
        known.push(...outputs.map((output) => `${name}.${output}`));
      }
    }
    const wanted = known.slice(-2);
    const components = tasks.map(({ name, inputs, outputs, fails }) => ({
      [name]: { runner: fails ? 'fail' : command ? name : 'OCRModel', inputs, outputs },
    }));
    const runners = Object.fromEntries([
      ['fail', { run: 'exit 3' }],
      ...(command ? tasks.map(({ name }) => [name, { run: command(name) }]) : []),
    ]);
    const text = JSON.stringify({
      pipeline: { name: 'generated', inputs: ['a', 'b'], outputs: wanted, components },
      runners,
    });
    return {
      text,
      inputs: new Map([
        ['a', 'A'],
        ['b', 'B'],
      ]),
      tasks,
    };
  });
}
