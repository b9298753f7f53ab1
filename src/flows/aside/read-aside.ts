// Text of students is read where it holds up nobody; by commands, which nobody waits behind, in the process itself.
import { readings } from '../../domain/aside/readings.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';

type Readings = typeof readings;

export async function readAside<Name extends keyof Readings>(
  { aside }: Pick<FlowPorts, 'aside'>,
  whose: string,
  name: Name,
  ...input: Parameters<Readings[Name]>
): Promise<ReturnType<Readings[Name]>> {
  if (aside) return aside.read(whose, name, ...input);
  const read = readings[name] as (...given: Parameters<Readings[Name]>) => ReturnType<Readings[Name]>;
  return read(...input);
}
