// Which file `/get` and `/open` mean: the number of its message, its name, or the start of its SHA-256.
import type { Seq } from '../../protocol/packet.ts';
import { type CommandContext, CommandRefused, type KnownFile, unquote } from './command.ts';

/** A file of the room by its number or name; without either the newest one. */
export function findFile(context: CommandContext, rest: string): KnownFile | Wanted {
  const files = context.files();
  const wanted = unquote(rest);
  if (wanted === '') return files.at(-1) ?? refuse('No file was sent to this room yet.');
  const known = byNumber(files, wanted) ?? byName(files, wanted);
  return known ?? unseen(wanted) ?? refuse(unknown(wanted, files));
}

/** Not among what is loaded here; the server knows. */
export type Wanted = { readonly seq: Seq } | { readonly sha256: string };

function byNumber(files: readonly KnownFile[], wanted: string): KnownFile | undefined {
  const digits = /^#?(\d{1,15})$/.exec(wanted)?.[1];
  return digits === undefined ? undefined : files.find((file) => file.seq === Number(digits));
}

/** The newest of that name; then the newest whose name begins so, in any letter case. */
function byName(files: readonly KnownFile[], wanted: string): KnownFile | undefined {
  const start = wanted.toLowerCase();
  return (
    files.findLast((file) => file.name === wanted) ??
    files.findLast((file) => file.name.toLowerCase().startsWith(start))
  );
}

function unseen(wanted: string): Wanted | undefined {
  const digits = /^#?(\d{1,15})$/.exec(wanted)?.[1];
  if (digits !== undefined) return { seq: Number(digits) as Seq };
  return /^[0-9a-f]{6,64}$/.test(wanted) ? { sha256: wanted } : undefined;
}

function unknown(wanted: string, files: readonly KnownFile[]): string {
  const newest = files.at(-1);
  const example = newest ? ` The newest file here is ${newest.seq}, ${newest.name}.` : '';
  return `No file “${wanted}” is known in this room. Type its number or its name.${example}`;
}

function refuse(sentence: string): never {
  throw new CommandRefused(sentence);
}
