// `::name key=value::text`: what a step tells the runner on its standard output.

export type LoggedAnnotation = {
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string | null;
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  raw_details: string | null;
};

/** Where commands of one step go. */
export type CommandSink = {
  log: (line: string) => void;
  mask: (secret: string) => void;
  annotate: (annotation: LoggedAnnotation) => void;
  setOutput: (name: string, value: string) => void;
  saveState: (name: string, value: string) => void;
};

const COMMAND = /^\s*::([a-z-]+)((?: +[^:]*?)?)::(.*)$/s;
const LEVELS: Record<string, LoggedAnnotation['annotation_level']> = {
  notice: 'notice',
  warning: 'warning',
  error: 'failure',
};

/** A reader of a step's output lines; it remembers `::stop-commands::`. */
export function readCommands(sink: CommandSink): (line: string) => void {
  let resumeToken: string | undefined;
  return (line) => {
    if (resumeToken !== undefined) {
      if (line.trim() === `::${resumeToken}::`) resumeToken = undefined;
      else sink.log(line);
      return;
    }
    const [, name, rawProperties = '', rawValue = ''] = COMMAND.exec(line) ?? [];
    if (name === undefined) return sink.log(line);
    const value = decodeValue(rawValue);
    if (name === 'stop-commands') resumeToken = value;
    else carryOut(name, readProperties(rawProperties), value, line, sink);
  };
}

function carryOut(
  name: string,
  properties: Record<string, string>,
  value: string,
  line: string,
  sink: CommandSink,
): void {
  const level = LEVELS[name];
  if (level) {
    sink.log(`##[${name}]${value}`);
    sink.annotate(toAnnotation(level, properties, value));
  } else if (name === 'add-mask') {
    sink.mask(value);
    sink.log('::add-mask::***');
  } else if (name === 'debug') {
    // Shown only where step debugging is switched on, which the sandbox does not offer.
  } else if (name === 'group') sink.log(`##[group]${value}`);
  else if (name === 'endgroup') sink.log('##[endgroup]');
  else if (name === 'set-output') sink.setOutput(properties['name'] ?? '', value);
  else if (name === 'save-state') sink.saveState(properties['name'] ?? '', value);
  else if (name === 'set-env' || name === 'add-path') {
    sink.log(`##[error]The \`${name}\` command is disabled. Use the environment file instead.`);
  } else if (name !== 'echo' && name !== 'add-matcher' && name !== 'remove-matcher') sink.log(line);
}

/** An annotation as the Checks API shows it; without a file GitHub names the folder `.github`. */
export function toAnnotation(
  level: LoggedAnnotation['annotation_level'],
  properties: Record<string, string>,
  message: string,
): LoggedAnnotation {
  const start = Number(properties['line'] ?? 1) || 1;
  const column = properties['col'] ?? properties['column'];
  return {
    annotation_level: level,
    message,
    title: properties['title'] ?? null,
    path: properties['file'] ?? '.github',
    start_line: start,
    end_line: Number(properties['endLine'] ?? start) || start,
    start_column: column === undefined ? null : Number(column),
    end_column:
      properties['endColumn'] === undefined
        ? column === undefined
          ? null
          : Number(column)
        : Number(properties['endColumn']),
    raw_details: null,
  };
}

function readProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.trim().split(',')) {
    const at = pair.indexOf('=');
    if (at > 0)
      properties[pair.slice(0, at).trim()] = decodeValue(pair.slice(at + 1))
        .replace(/%3A/gi, ':')
        .replace(/%2C/gi, ',');
  }
  return properties;
}

function decodeValue(text: string): string {
  return text.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%');
}
