// Which file `/get` and `/open` mean: the number of its message, its name, or the start of its SHA-256.
import type { Seq } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { fileSize } from '../../text/size.ts';
import { type CommandContext, CommandRefused, type KnownFile, unquote } from './command.ts';

/** Files in one answer; older ones are found by scrolling to their message. */
const listedMax = 20;

/** A file of the room by its number or name; without either the newest one. */
export function findFile(context: CommandContext, rest: string): KnownFile | Wanted {
  const files = context.files();
  const wanted = unquote(rest);
  if (wanted === '') return files.at(-1) ?? refuse(noFiles);
  const known = byNumber(files, wanted) ?? byName(context, wanted);
  return known ?? unseen(wanted) ?? refuse(unknown(wanted, files));
}

/** The newest files known here, one a line; refuses where there are none. */
export function fileList(files: readonly KnownFile[]): string {
  if (files.length === 0) refuse(noFiles);
  const rows = files.slice(-listedMax).map(row);
  const more = files.length > rows.length ? ` (of ${files.length})` : '';
  return [`Newest files${more}; /get NUMBER or /get NAME fetches one:`, ...rows].join('\n');
}

const noFiles = 'No file of this room is in sight. Scroll up to older ones, or send one: /file PATH.';

/** One row whatever the name is: it was given by somebody else. */
const row = ({ seq, name, size }: KnownFile): string => `${seq}  ${safeLine(name)}  ${fileSize(size)}`;

/** Not among what is loaded here; the server knows. */
export type Wanted = { readonly seq: Seq } | { readonly sha256: string };

function byNumber(files: readonly KnownFile[], wanted: string): KnownFile | undefined {
  const digits = /^#?(\d{1,15})$/.exec(wanted)?.[1];
  return digits === undefined ? undefined : files.find((file) => file.seq === Number(digits));
}

/** The newest of that name, and a word about older ones; then the one name that begins so, in any letter case. */
function byName(context: CommandContext, wanted: string): KnownFile | undefined {
  const files = context.files();
  const start = wanted.toLowerCase();
  const same = files.filter((file) => file.name === wanted);
  const alike = same.length > 0 ? same : files.filter(({ name }) => name.toLowerCase().startsWith(start));
  const newest = alike.at(-1);
  if (alike.some(({ name }) => name !== newest?.name)) {
    refuse(`“${wanted}” may be several files. Type more of the name, or the number:\n${rowsOf(alike)}`);
  }
  const older = alike.filter(({ sha256 }) => sha256 !== newest?.sha256);
  if (newest && older.length > 0) {
    const which = `${safeLine(newest.name)} of message ${newest.seq}, the newest of that name`;
    context.notice(`This is ${which}. The older ones go by number:\n${rowsOf(older)}`);
  }
  return newest;
}

const rowsOf = (files: readonly KnownFile[]): string => files.slice(-listedMax).map(row).join('\n');

function unseen(wanted: string): Wanted | undefined {
  const digits = /^#?(\d{1,15})$/.exec(wanted)?.[1];
  if (digits !== undefined) return { seq: Number(digits) as Seq };
  return /^[0-9a-f]{6,64}$/.test(wanted) ? { sha256: wanted } : undefined;
}

function unknown(wanted: string, files: readonly KnownFile[]): string {
  const newest = files.at(-1);
  const example = newest ? ` The newest file here is ${newest.seq}, ${newest.name}.` : '';
  return `No file “${wanted}” is known in this room. /get lists those that are.${example}`;
}

function refuse(sentence: string): never {
  throw new CommandRefused(sentence);
}
