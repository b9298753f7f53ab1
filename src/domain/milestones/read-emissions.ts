// Reads CodeCarbon's emissions.csv: what each run used, and all of them together. Columns are found by name, because
// their number differs between versions (12, 31, 33, …).
import { csvRecords } from '../text/read-csv.ts';

type EmissionsRow = {
  timestamp: string;
  project: string;
  run: string;
  seconds: number;
  /** Kilograms of CO2 equivalent. */
  kilograms: number;
  kilowattHours?: number;
};

export type Emissions = {
  columns: number;
  rows: EmissionsRow[];
  total: { seconds: number; kilograms: number };
  /** Lines that could not be read; the others count. */
  problems: string[];
};

export function readEmissions(text: string): Emissions | { unreadable: string } {
  const records = csvRecords(text);
  const first = records.next();
  if (first.done) return { unreadable: 'emissions.csv is empty' };
  if ('unreadable' in first.value) return first.value;
  const header = first.value.cells;
  if (header.length === 1 && header[0]!.includes(';'))
    return {
      unreadable: 'emissions.csv is divided by semicolons, as Excel writes it: commit the file that CodeCarbon wrote',
    };
  const lacking = ['duration', 'emissions'].filter((name) => !header.includes(name));
  if (lacking.length > 0) return { unreadable: `emissions.csv has no column ${lacking.join(' and no column ')}` };

  const emissions: Emissions = { columns: header.length, rows: [], total: { seconds: 0, kilograms: 0 }, problems: [] };
  const latest = new Map<string, EmissionsRow>();
  for (const record of records) {
    if ('unreadable' in record) {
      emissions.problems.push(record.unreadable);
      break;
    }
    const row = record.cells.length > header.length ? undefined : readRow(header, record.cells);
    if (row) latest.set(runningTotal(row, header, record.cells) ?? `line ${record.line}`, row);
    else if (record.cells.length > header.length)
      emissions.problems.push(`Line ${record.line}: more cells than the header has, as when a line end is missing.`);
    else emissions.problems.push(`Line ${record.line}: duration or emissions is not a number.`);
  }
  emissions.rows.push(...latest.values());
  for (const { seconds, kilograms } of emissions.rows) {
    emissions.total.seconds += seconds;
    emissions.total.kilograms += kilograms;
  }
  return emissions;
}

/** CodeCarbon writes the totals of a run so far: the last row of a run, or of a task of it, is the whole of it. */
function runningTotal(row: EmissionsRow, header: string[], cells: string[]): string | undefined {
  if (!header.includes('run_id') || row.run === '') return undefined;
  return JSON.stringify([row.project, row.run, cells[header.indexOf('task_name')] ?? '']);
}

function readRow(header: string[], cells: string[]): EmissionsRow | undefined {
  const cell = (name: string): string => cells[header.indexOf(name)] ?? '';
  const seconds = asNumber(cell('duration'));
  const kilograms = asNumber(cell('emissions'));
  if (seconds === undefined || kilograms === undefined) return undefined;
  const kilowattHours = asNumber(cell('energy_consumed'));
  return {
    timestamp: cell('timestamp'),
    project: cell('project_name'),
    run: cell('run_id') || cell('experiment_id'),
    seconds,
    kilograms,
    ...(kilowattHours === undefined ? {} : { kilowattHours }),
  };
}

function asNumber(cell: string): number | undefined {
  const number = cell.trim() === '' ? Number.NaN : Number(cell);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
