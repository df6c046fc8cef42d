// What commands that act on messages ask of the screen. Made by submit.ts.
import type { KnownMessage, Talk } from '../commands/command.ts';
import { composingIn } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import { linesOf } from '../state/lines.ts';
import type { MessageItem } from '../state/state.ts';
import { beginChoice, beginEdit, takeBack } from './compose.ts';

export function talkOf(context: ChatContext): Talk {
  const { store } = context;
  const messages = () =>
    linesOf(store.get()).flatMap(({ item }) => (item.is === 'message' ? [knownMessage(item)] : []));
  return {
    messages,
    chosen: () => {
      const composing = composingIn(store.get(), context.room());
      return composing && messages().find(({ seq }) => seq === composing.seq);
    },
    choose: () => beginChoice(context),
    edit: (message) => beginEdit(context, message),
    takeBack: (unsent) => takeBack(context, unsent),
  };
}

export const knownMessage = (item: MessageItem): KnownMessage => ({
  seq: item.seq,
  nick: item.nick,
  text: item.typed ?? item.text,
  isOwn: item.isOwn,
  isDeleted: item.isDeleted,
  isFile: item.file !== undefined,
  mine: item.reactions.filter(({ isMine }) => isMine).map(({ emoji }) => emoji),
});
