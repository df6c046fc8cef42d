import { expect, test } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import { startDrafts } from '../../src/ui/drafts.ts';
import { setText } from '../../src/ui/input/editor.ts';
import { makeStore } from '../../src/ui/state/store.ts';
import { greeting, room, welcome } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { stateOf } from '../helpers/screen.ts';

const other = 'other' as RoomName;
const fresh = 'fresh' as RoomName;

function chat(client = fakeClient()) {
  const store = makeStore(stateOf());
  const [note] = greeting.rooms;
  if (note !== undefined) store.dispatch(welcome({ rooms: [note, { ...note, room: other }] }));
  startDrafts(client, store);
  const type = (text: string) =>
    store.dispatch({ type: 'editor', editor: setText(store.get().editor, text) });
  const go = (to: RoomName) => store.dispatch({ type: 'open-room', room: to });
  return { client, store, type, go, text: () => store.get().editor.text };
}

test('what is unsent stays in its room, and is there again after the next start', () => {
  const { client, type, go, text } = chat();
  type('half a thought');
  go(other);
  expect(text()).toBe('');
  type('another');
  go(room);
  expect(text()).toBe('half a thought');
  expect(client.drafts.get(other)).toBe('another');
  expect(chat(client).text()).toBe('half a thought');
});

test('what was sent is no draft any more', () => {
  const { client, type } = chat();
  type('said');
  type('');
  expect(client.drafts.get(room)).toBe('');
});

test('who types on after /join takes it along into the room that comes', () => {
  const { client, store, type, go, text } = chat();
  type('hello there');
  const [note] = greeting.rooms;
  if (note !== undefined) store.dispatch({ type: 'joined', note: { ...note, room: fresh } });
  // In one turn with the opening, as the command does it.
  go(fresh);
  expect([text(), client.drafts.get(fresh), client.drafts.get(room)]).toEqual([
    'hello there',
    'hello there',
    '',
  ]);
});

test('the text of an edit is none: what stood there before is', () => {
  const { client, store, type, text } = chat();
  type('before');
  const composing = { is: 'edit', room, seq: 1, before: 'the message' } as never;
  store.dispatch({ type: 'compose', composing });
  expect(text()).toBe('the message');
  expect(client.drafts.get(room)).toBe('before');
});
