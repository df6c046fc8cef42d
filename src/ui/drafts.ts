// What stands unsent in the composer belongs to its room: it stays there when another is opened, and over the end of the
// program. Started by run.tsx.
import type { Client } from '../client/client.ts';
import type { RoomName } from '../protocol/names.ts';
import { safeText } from '../text/safe-text.ts';
import { setText } from './input/editor.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';

/** An edit is no draft: its text is the message's. Behind it stands what was there before. */
const draftOf = ({ editor, composing }: State): string =>
  composing?.is === 'edit' ? composing.draft.text : editor.text;

/** Returns the way to stop. */
export const startDrafts = (client: Client, store: Store): (() => void) => {
  let { room, rooms } = store.get();
  let text = '';
  const keep = (draft: string) => {
    if (draft === text) return;
    text = draft;
    client.drafts.set(room, draft);
  };
  const open = () => {
    text = safeText(client.drafts.get(room));
    const { editor } = store.get();
    if (editor.text !== text) store.dispatch({ type: 'editor', editor: setText(editor, text) });
  };
  /** Rooms that came in this turn: a command enters one and opens it. */
  let entered: readonly RoomName[] = [];
  const look = () => {
    const state = store.get();
    const before = { room, rooms };
    if (rooms !== state.rooms) {
      entered = state.rooms.map((one) => one.room).filter((name) => !rooms.some((one) => one.room === name));
      queueMicrotask(() => {
        entered = [];
      });
    }
    rooms = state.rooms;
    if (state.room === before.room) return keep(draftOf(state));
    room = state.room;
    const isLeft = !rooms.some((one) => one.room === before.room);
    if (!isLeft && !entered.includes(room)) return open();
    // Who went on typing after /join or /part means the room that comes.
    text = client.drafts.get(room);
    keep(draftOf(state));
    client.drafts.set(before.room, '');
  };
  open();
  return store.subscribe(look);
};
