// A click on one of the lists: a room is opened, an invitation is accepted, and a name in the roster opens the room of
// the two. Called by click.ts.
import { errorOf } from '../../client/errors.ts';
import type { RoomNote } from '../../protocol/packet.ts';
import { listedAt } from '../panes/room-list.ts';
import { peopleIn } from '../panes/roster.ts';
import type { ChatContext } from '../state/context.ts';
import { layoutOf } from '../state/view.ts';

/** `row` of the body, from 0. */
export function roomClicked(context: ChatContext, row: number): void {
  const { store, client } = context;
  const state = store.get();
  const listed = listedAt(state, layoutOf(state).body, row);
  if (listed === undefined) return;
  if (listed.is === 'in') store.dispatch({ type: 'open-room', room: listed.room });
  else void enter(context, async () => (await client.join(listed.room)).room);
}

export function personClicked(context: ChatContext, row: number): void {
  const { store, client } = context;
  const state = store.get();
  // The first row says how many there are.
  const person = peopleIn(state, layoutOf(state).body)[row - 1];
  if (!person || person.member === state.me.member) return;
  const known = state.rooms.find((one) => one.with?.member === person.member);
  if (known) store.dispatch({ type: 'open-room', room: known.room });
  else void enter(context, () => client.direct(person.nick));
}

async function enter({ store, notice }: ChatContext, ask: () => Promise<RoomNote>): Promise<void> {
  try {
    const note = await ask();
    store.dispatch({ type: 'joined', note });
    store.dispatch({ type: 'open-room', room: note.room });
  } catch (error) {
    notice(errorOf(error).message, 'error');
  }
}
