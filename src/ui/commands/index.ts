// The table of commands: help, completion, the suggestions for near misses and plain mode are made from it.
// A new command is a file in this folder and a line here.
import { away, back } from './away.ts';
import { clear } from './clear.ts';
import type { Command } from './command.ts';
import { deleteMessage } from './delete.ts';
import { devices, link } from './devices.ts';
import { edit } from './edit.ts';
import { exportRoom } from './export.ts';
import { file } from './file.ts';
import { getFile } from './get.ts';
import { goTo, mentions, unread } from './goto.ts';
import { help } from './help.ts';
import { highlight, unhighlight } from './highlight.ts';
import { ignore, unignore } from './ignore.ts';
import { invite } from './invite.ts';
import { join } from './join.ts';
import { me } from './me.ts';
import { mouse } from './mouse.ts';
import { nick } from './nick.ts';
import { notify } from './notify.ts';
import { openFile } from './open.ts';
import { type Parsed, parseInput as parse } from './parse.ts';
import { part } from './part.ts';
import { msg, query } from './query.ts';
import { quit } from './quit.ts';
import { react } from './react.ts';
import { reply } from './reply.ts';
import { roomCommand } from './room.ts';
import { rooms } from './rooms.ts';
import { files, search } from './search.ts';
import { select } from './select.ts';
import { shrug } from './shrug.ts';
import { topic } from './topic.ts';
import { typing } from './typing.ts';
import { who, names as whoIsHere } from './who.ts';
import { whois } from './whois.ts';

export const commands: readonly Command[] = [
  who,
  file,
  getFile,
  openFile,
  join,
  part,
  rooms,
  topic,
  invite,
  roomCommand,
  query,
  msg,
  whois,
  whoIsHere,
  away,
  back,
  ignore,
  unignore,
  highlight,
  unhighlight,
  notify,
  search,
  files,
  mentions,
  unread,
  goTo,
  exportRoom,
  link,
  devices,
  typing,
  nick,
  me,
  shrug,
  select,
  reply,
  edit,
  deleteMessage,
  react,
  clear,
  mouse,
  help,
  quit,
];

export type { Command, CommandContext } from './command.ts';

/** What Enter means for this text. */
export function parseInput(text: string): Parsed {
  return parse(text, commands);
}

/** One line per command, for help: the words that run it, and what it does. */
export function commandHelp(): readonly { readonly words: string; readonly summary: string }[] {
  return commands.map(({ name, aliases, args, summary }) => ({
    words: [args === '' ? name : `${name} ${args}`, ...aliases].join(', '),
    summary,
  }));
}

/** What is said where a word is no command: it was not sent. */
export function unknownSentence(word: string, nearest: string | undefined): string {
  const question = nearest === undefined ? '/help lists what there is.' : `Did you mean ${nearest}?`;
  const asText = `To send it as text, type ${word[0]}${word}`;
  return `${word} is no command, nothing was sent. ${question} ${asText}`;
}
