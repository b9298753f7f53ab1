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
  const lacking = ['duration', 'emissions'].filter((name) => !header.includes(name));
  if (lacking.length > 0) return { unreadable: `emissions.csv has no column ${lacking.join(' and no column ')}` };

  const emissions: Emissions = { columns: header.length, rows: [], total: { seconds: 0, kilograms: 0 }, problems: [] };
  for (const record of records) {
    if ('unreadable' in record) {
      emissions.problems.push(record.unreadable);
      break;
    }
    const row = readRow(header, record.cells);
    if (row) emissions.rows.push(row);
    else emissions.problems.push(`Line ${record.line}: duration or emissions is not a number.`);
  }
  for (const { seconds, kilograms } of emissions.rows) {
    emissions.total.seconds += seconds;
    emissions.total.kilograms += kilograms;
  }
  return emissions;
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
