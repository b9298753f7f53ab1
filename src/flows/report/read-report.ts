// A report in a text that anybody may have written, read aside. One that takes too long is no report.
import type { ReadReport } from '../../domain/report/report.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { readAside } from '../aside/read-aside.ts';

export async function readReport(
  ports: Pick<FlowPorts, 'aside'>,
  whose: string,
  text: string | undefined,
): Promise<ReadReport> {
  try {
    return await readAside(ports, whose, 'readReportBlock', text);
  } catch (error) {
    if (!isFailure(error, 'reading-exceeded')) throw error;
    return { ok: false, code: 'report-invalid', reason: `the report was given up: ${(error as Error).message}` };
  }
}
