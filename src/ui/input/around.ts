// What commands of rooms and people ask of the screen, and what they change on it. Made by submit.ts.
import type { RoomName } from '../../protocol/names.ts';
import type { RoomNote, Seq } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { type Around, CommandRefused } from '../commands/command.ts';
import type { ChatContext } from '../state/context.ts';
import { goToMessage, goToTime } from '../state/jump.ts';
import { markOf } from '../state/marks.ts';
import { noSuchMessage, roomLabel } from '../state/room-label.ts';
import { openTimeline } from '../state/view.ts';
import { firstUnread } from './unread.ts';

export function aroundOf(context: ChatContext): Around {
  const { store, client } = context;
  return {
    rooms: () => store.get().rooms,
    nicks: () => [...store.get().people.values()].map(({ nick }) => nick),
    label: (room) => roomLabel(store.get(), room),
    level: (room) => markOf(store.get(), room).level,
    setLevel: (room, level) => store.dispatch({ type: 'level', room, level }),
    addRoom: (note) => store.dispatch({ type: 'joined', note }),
    invitedTo: (rooms) => store.dispatch({ type: 'invitations', invitations: invitations(context, rooms) }),
    ignoredChanged: () => store.dispatch({ type: 'ignored', ignored: [...client.ignored.list] }),
    highlightsChanged: () => store.dispatch({ type: 'highlights', words: [...client.highlights.list] }),
    tellsTyping: () => store.get().tellsTyping,
    tellTyping: (is) => store.dispatch({ type: 'tells-typing', is: is === 'on' }),
    find: (of, query) => store.dispatch({ type: 'find', of, query }),
    goTo: (to) => ('seq' in to ? goToNumber(context, to.seq) : goToTime(context, context.room(), to.at)),
    firstUnread: () => firstUnread(context),
    now: () => context.now(),
  };
}

/** A number was typed: whether there is such a message is known before the view moves. */
async function goToNumber(context: ChatContext, seq: Seq): Promise<void> {
  const { client, store } = context;
  const room = context.room();
  const isThis = (one: { readonly seq: Seq }) => one.seq === seq;
  if (!openTimeline(store.get()).log.some(isThis)) {
    const { events } = await client.history(room, { around: seq, limit: 1 });
    if (!events.some(isThis)) throw new CommandRefused(noSuchMessage(seq, roomLabel(store.get(), room)));
    // Somebody who has gone elsewhere meanwhile stays there.
    if (context.room() !== room) return;
  }
  goToMessage(context, room, seq);
}

/** The list of rooms does not say who invited: who did stays known where it was told. */
function invitations({ store }: ChatContext, rooms: readonly RoomNote[]) {
  const known = new Map<RoomName, string>(store.get().invitations.map(({ room, by }) => [room, by]));
  return rooms.map(({ room }) => ({ room, by: safeLine(known.get(room) ?? '') }));
}
