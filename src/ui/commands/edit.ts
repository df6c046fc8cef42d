// /edit: puts other words in place of one's own last ones.
import { checkEditable, checkNewText, editTo } from './act.ts';
import type { Command, CommandContext, KnownMessage, Post, Unsent } from './command.ts';
import { say } from './say.ts';
import { nearest, numbered, numberIn } from './target.ts';
import { checkAtHand, newestUnsent } from './unsent.ts';

const isMine = ({ isOwn, isFile }: KnownMessage): boolean => isOwn && !isFile;
const isText = ({ file }: Post): boolean => file === undefined;

function change(context: CommandContext, rest: string): void {
  const first = /^#\d+(?=\s|$)/.exec(rest)?.[0];
  const seq = first === undefined ? undefined : numberIn(first);
  const text = first === undefined ? rest : rest.slice(first.length).trim();
  const unsent = seq === undefined ? newestUnsent(context, isText) : undefined;
  if (unsent) {
    changeUnsent(context, unsent, text);
    return;
  }
  const message = seq === undefined ? nearest(context, isMine, 'none of yours') : numbered(context, seq);
  checkEditable(message);
  if (text === '') context.talk.edit(message);
  else editTo(context, message, text);
}

/** Nobody has seen it: other words go in its place. */
function changeUnsent(context: CommandContext, unsent: Unsent, text: string): void {
  checkAtHand(unsent);
  if (text === '') {
    context.talk.takeBack(unsent);
    return;
  }
  checkNewText(text);
  const { style, reply } = unsent.saying;
  context.client.drop(unsent.id);
  say(context, text, { ...(style && { style }), ...(reply !== undefined && { reply }) }, unsent.room);
}

export const edit: Command = {
  name: '/edit',
  aliases: [],
  args: '[#NUMBER] [TEXT]',
  argument: 'text',
  summary: 'edit your last message (without a text: in the input line)',
  run: change,
};
