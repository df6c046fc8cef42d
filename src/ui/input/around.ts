// What commands of rooms and people ask of the screen, and what they change on it. Made by submit.ts.
import type { RoomName } from '../../protocol/names.ts';
import type { RoomNote } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Around } from '../commands/command.ts';
import type { ChatContext } from '../state/context.ts';
import { goToMessage, goToTime } from '../state/jump.ts';
import { markOf } from '../state/marks.ts';
import { roomLabel } from '../state/room-label.ts';
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
    goTo: (to) =>
      'seq' in to ? goToMessage(context, context.room(), to.seq) : goToTime(context, context.room(), to.at),
    firstUnread: () => firstUnread(context),
    now: () => context.now(),
  };
}

/** The list of rooms does not say who invited: who did stays known where it was told. */
function invitations({ store }: ChatContext, rooms: readonly RoomNote[]) {
  const known = new Map<RoomName, string>(store.get().invitations.map(({ room, by }) => [room, by]));
  return rooms.map(({ room }) => ({ room, by: safeLine(known.get(room) ?? '') }));
}
