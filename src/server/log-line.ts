// What a server tells its operator: one JSON object a line. Server and sessions make them, the cli writes them.
// Never in them: texts of messages, tokens, tickets, keys. What a stranger chose (nicks, agents) passes safeLine.
import { safeLine } from '../text/safe-text.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLine = {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly level: LogLevel;
  /** What happened, in words that a search finds: `login`, `session-ended`, `login-refused`. */
  readonly event: string;
  readonly fields: LogFields;
};

/** Says one line; the server gives it to everything that has something to tell. */
export type Say = (level: LogLevel, event: string, fields?: LogFields) => void;

export function sayTo(sink: (line: LogLine) => void, now: () => number): Say {
  return (level, event, fields = {}) => {
    sink({ at: new Date(now()).toISOString(), level, event, fields: cleaned(fields) });
  };
}

/** The line as it is written, without its line end. */
export function formatLogLine({ at, level, event, fields }: LogLine): string {
  return JSON.stringify({ at, level, event, ...fields });
}

function cleaned(fields: LogFields): LogFields {
  const pairs = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? safeLine(value) : value,
  ]);
  return Object.fromEntries(pairs);
}
