// What Enter means: text to send, a command, or a word that looks like a command and is none, which is never sent.
// The rules are promises to users (`/usr/bin/x` is text, `//x` sends `/x`, `!deploy` is text, `!INFOO` is asked back).
import { editDistance } from '../../text/edit-distance.ts';
import type { Command } from './command.ts';

export type Parsed =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'command'; readonly command: Command; readonly rest: string }
  /** `nearest` is the command that was probably meant. */
  | { readonly type: 'unknown'; readonly word: string; readonly nearest: string | undefined };

/** Typing errors that still point to a command: one for the short words, two for the longer ones. */
const editsMax = (word: string) => (word.length <= 4 ? 1 : 2);
/** Longer words are compared with nothing: they are no slips of a command's name. */
const wordUnitsMax = 32;

export function parseInput(text: string, commands: readonly Command[]): Parsed {
  const mark = text[0];
  if (mark !== '/' && mark !== '!') return { type: 'text', text };
  if (text[1] === mark) return { type: 'text', text: text.slice(1) };
  const word = /^\S*/.exec(text)?.[0] ?? '';
  const rest = text.slice(word.length).trim();
  const command = commands.find((one) => names(one).includes(word.toLowerCase()));
  if (command) return { type: 'command', command, rest };
  return mark === '/' ? slash(text, word, commands) : bang(text, word, commands);
}

/** Every word that runs the command, in lower case, with its mark. */
export function names(command: Command): readonly string[] {
  return [command.name, ...command.aliases].map((name) => name.toLowerCase());
}

/** A path is text; a lone `/` too. Anything else that begins with `/` was meant as a command. */
function slash(text: string, word: string, commands: readonly Command[]): Parsed {
  if (word.length < 2 || word.indexOf('/', 1) !== -1) return { type: 'text', text };
  return { type: 'unknown', word, nearest: nearest(word, commands) };
}

/** `!` is an everyday character: only a near miss of the three words is asked back. */
function bang(text: string, word: string, commands: readonly Command[]): Parsed {
  const meant = nearest(word, commands);
  return meant === undefined ? { type: 'text', text } : { type: 'unknown', word, nearest: meant };
}

function nearest(word: string, commands: readonly Command[]): string | undefined {
  const typed = word.toLowerCase();
  if (typed.length > wordUnitsMax) return undefined;
  const all = commands.flatMap((command) => [command.name, ...command.aliases]);
  const marked = all.filter((name) => name[0] === typed[0]);
  const byDistance = marked
    .map((name) => ({ name, edits: editDistance(typed, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = byDistance[0];
  if (best && best.edits <= editsMax(typed.slice(1))) return best.name;
  return typed[0] === '/' && typed.length > 2 ? marked.find((name) => name.startsWith(typed)) : undefined;
}
