// /edit: puts other words in place of one's own last ones.
import { checkEditable, editTo } from './act.ts';
import type { Command, CommandContext, KnownMessage } from './command.ts';
import { nearest, numbered, numberIn } from './target.ts';

const isMine = ({ isOwn, isFile }: KnownMessage): boolean => isOwn && !isFile;

function change(context: CommandContext, rest: string): void {
  const first = /^#\d+(?=\s|$)/.exec(rest)?.[0];
  const seq = first === undefined ? undefined : numberIn(first);
  const text = first === undefined ? rest : rest.slice(first.length).trim();
  const message = seq === undefined ? nearest(context, isMine, 'none of yours') : numbered(context, seq);
  checkEditable(message);
  if (text === '') context.talk.edit(message);
  else editTo(context, message, text);
}

export const edit: Command = {
  name: '/edit',
  aliases: [],
  args: '[#NUMBER] [TEXT]',
  argument: 'text',
  summary: 'edit your last message (without a text: in the input line)',
  run: change,
};
