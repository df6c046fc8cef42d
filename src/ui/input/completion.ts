// What Tab offers: commands, nicks, rooms, file names, and paths behind commands that take one. Pure over the lists
// it is given; only a folder's listing is asked for and awaited. Cycling is a step of the editor, kept in `cycle`.
import { findShortCodes } from '../../text/emoji.ts';
import type { ArgumentKind, Command } from '../commands/command.ts';
import { names } from '../commands/parse.ts';
import { plainPath } from '../commands/path.ts';
import { type Cycle, type Editor, replace } from './editor.ts';

export type FolderEntry = { readonly name: string; readonly isFolder: boolean };

export type Sources = {
  readonly commands: readonly Command[];
  /** Whom one may address, in the order of the offer. */
  readonly nicks: readonly string[];
  /** Without `#`. */
  readonly rooms: readonly string[];
  /** Names of files in the room, newest first. */
  readonly files: readonly string[];
  /** Entries of the folder (as typed; empty: the current one) whose names begin with `start`. */
  readonly list: (folder: string, start: string) => Promise<readonly FolderEntry[]>;
};

/** What stands before the cursor and can be completed, from `start` on. */
type Place = { readonly start: number; readonly word: string; readonly kind: ArgumentKind | 'command' };

/** Candidates in the popup at most; more are no help. */
export const candidatesMax = 500;

/** The first candidate put in, with the others at hand; the same editor where nothing fits. */
export async function startCycle(editor: Editor, sources: Sources, by: -1 | 1): Promise<Editor> {
  const place = placeOf(editor, sources.commands);
  const candidates = (await candidatesFor(place, editor, sources)).slice(0, candidatesMax);
  if (candidates.length === 0) return editor;
  const { start } = place;
  const first: Cycle = { start, end: editor.cursor, candidates, index: by === 1 ? -1 : candidates.length };
  return turn({ ...editor, cycle: first }, by);
}

/** The next or previous candidate. One alone is done with: Tab starts anew behind it (into a folder). */
export function turn(editor: Editor, by: -1 | 1): Editor {
  const { cycle } = editor;
  if (!cycle) return editor;
  const { candidates, start, end } = cycle;
  const index = (cycle.index + by + candidates.length) % candidates.length;
  const candidate = candidates[index] ?? '';
  const next = replace(editor, start, end, candidate, 'other');
  return candidates.length === 1
    ? next
    : { ...next, cycle: { ...cycle, end: start + candidate.length, index } };
}

function placeOf({ text, cursor }: Editor, commands: readonly Command[]): Place {
  const before = text.slice(0, cursor);
  const isMarked = /^[/!][^\s/!]*$/.test(before);
  if (isMarked) return { start: 0, word: before, kind: 'command' };
  const [, name = '', blank = ''] = /^([/!]\S+)(\s+)/.exec(before) ?? [];
  const command = commands.find((one) => name !== '' && names(one).includes(name.toLowerCase()));
  const wholeRest = command?.argument === 'path' || command?.argument === 'file';
  if (command?.argument !== undefined && wholeRest) {
    const start = name.length + blank.length;
    return { start, word: before.slice(start), kind: command.argument };
  }
  const word = /\S*$/.exec(before)?.[0] ?? '';
  return { start: cursor - word.length, word, kind: command?.argument ?? 'text' };
}

type Finder = (
  place: Place,
  editor: Editor,
  sources: Sources,
) => Promise<readonly string[]> | readonly string[];

const finders: Readonly<Record<Place['kind'], Finder>> = {
  command: ({ word }, _editor, { commands }) =>
    begins(
      word,
      commands.flatMap((command) => [command.name, ...command.aliases]),
    ).map((name) => `${name} `),
  path: ({ word }, _editor, { list }) => paths(word, list),
  file: ({ word }, _editor, { files }) => begins(word, files),
  room: ({ word }, _editor, { rooms }) => begins(word.replace(/^#/, ''), rooms),
  nick: ({ word }, _editor, { nicks }) => begins(word, nicks),
  text: textCandidates,
};

function candidatesFor(place: Place, editor: Editor, sources: Sources) {
  return finders[place.kind](place, editor, sources);
}

/** `:ta`: a colon alone begins no code, and `:)` is none. */
const codeStart = /^:[a-z0-9_+-]/i;

/** In text: `:code:`, `#room`, or a nick, with a colon where it opens the line. Nothing is offered for nothing. */
function textCandidates(
  { word, start }: Place,
  _editor: Editor,
  { rooms, nicks }: Sources,
): readonly string[] {
  if (word.startsWith('#')) return begins(word.slice(1), rooms).map((room) => `#${room} `);
  if (codeStart.test(word)) return findShortCodes(word, candidatesMax).map(({ code }) => `:${code}: `);
  const mark = word.startsWith('@') ? '@' : '';
  if (word === '') return [];
  const found = begins(word.slice(mark.length), nicks);
  return found.map((nick) => (start === 0 && mark === '' ? `${nick}: ` : `${mark}${nick} `));
}

function begins(start: string, all: readonly string[]): readonly string[] {
  const wanted = start.toLowerCase();
  return all.filter((one) => one.toLowerCase().startsWith(wanted));
}

/** Keeps what was typed of the folder; folders end in `/`, an opened quote is closed behind a file. */
async function paths(word: string, list: Sources['list']): Promise<readonly string[]> {
  const quote = /^["']/.exec(word)?.[0] ?? '';
  const plain = quote === '' ? plainPath(word) : word.slice(1);
  if (plain === '~') return ['~/'];
  const cut = plain.lastIndexOf('/') + 1;
  const [folder, start] = [plain.slice(0, cut), plain.slice(cut)];
  const entries = await list(folder, start);
  return entries.map(({ name, isFolder }) => {
    const path = `${folder}${name}`;
    const mark = quote === '' && /\\|^["']|\s$/.test(path) ? '"' : quote;
    return isFolder ? `${mark}${path}/` : `${mark}${path}${mark}`;
  });
}
