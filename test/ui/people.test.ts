// Who is here: asked after a login, of a private room when it is opened, and anew when presence came without names.
import { afterEach, expect, test } from 'vitest';
import type { Client, ClientEvent } from '../../src/client/client.ts';
import { startPeople } from '../../src/ui/people.ts';
import { PlainView } from '../../src/ui/plain-view.ts';
import { onlineHere, presentIn } from '../../src/ui/state/present.ts';
import { makeStore } from '../../src/ui/state/store.ts';
import { directNote, mark, marks, named, person, roomNote, settled } from '../helpers/around.ts';
import {
  came,
  clientEvent,
  greeting,
  memberOf,
  membership,
  noon,
  online,
  room,
  welcome,
} from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { stateOf } from '../helpers/screen.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const chance = () => {
  const waiting: { readonly ms: number; readonly act: () => void }[] = [];
  const after = (ms: number, act: () => void) => {
    waiting.push({ ms, act });
    return () => {};
  };
  return { waiting, random: () => 0.5, after };
};

type Who = Parameters<Client['who']>[0];

const start = (answer: (who: Who) => readonly ReturnType<typeof person>[]) => {
  const client = fakeClient();
  const asked: Who[] = [];
  client.answer('who', async (who) => {
    asked.push(who);
    const people = answer(who);
    return {
      kind: 'roster',
      re: 1,
      online: people.filter(({ state }) => state !== 'offline').length,
      people: [...people],
    };
  });
  const store = makeStore(stateOf());
  const timing = chance();
  const tell = (event: ClientEvent) => {
    store.dispatch(clientEvent(event));
    client.tell(event);
  };
  stops.push(startPeople(client, store, timing));
  return { client, store, asked, timing, tell };
};

const noNames: ClientEvent = { type: 'presence', presence: { kind: 'presence', online: 1, changes: [] } };

test('presence without names is asked about once, a while later, and who is gone is gone', async () => {
  let here = [person('ada'), person('bob')];
  const { store, asked, timing, tell } = start(() => here);
  tell({ type: 'welcome', welcome: greeting, isNewLog: false });
  await settled();
  expect(store.get().people.size).toBe(2);
  here = [person('ada')];
  tell(noNames);
  tell(noNames);
  expect([asked.length, timing.waiting.map(({ ms }) => ms)]).toEqual([1, [3_000]]);
  timing.waiting[0]?.act();
  await settled();
  expect([...store.get().people.keys()]).toEqual([memberOf('ada')]);
  tell(noNames);
  expect(timing.waiting).toHaveLength(2);
});

test('plain mode asks too, and who comes back later is told of', async () => {
  const client = fakeClient();
  let here = [person('ada'), person('bob')];
  client.answer('who', async () => ({ kind: 'roster', re: 1, online: here.length, people: here }));
  const timing = chance();
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const view = new PlainView({
    client,
    room,
    own: 'printed',
    print,
    warn: print,
    now: () => noon,
    chance: timing,
  });
  view.tell({ type: 'welcome', welcome: greeting, isNewLog: false });
  await settled();
  here = [person('ada')];
  view.tell(noNames);
  view.tell(noNames);
  expect(timing.waiting).toHaveLength(1);
  timing.waiting[0]?.act();
  await settled();
  const presence = { kind: 'presence', online: 2, changes: [person('bob')] } as const;
  view.tell({ type: 'presence', presence: { ...presence, changes: [person('bob')] } });
  expect(lines.some((line) => line.endsWith('bob is online'))).toBe(true);
});

test('a private room has its own people, those offline too', async () => {
  const secret = roomNote('secret', { access: 'private' });
  const { store, asked, tell } = start((who) =>
    who?.room === named('secret')
      ? [person('ada'), person('bob'), person('carl', { state: 'offline' })]
      : [person('ada', { rooms: [room, named('secret')] }), person('bob'), person('dora')],
  );
  tell({ type: 'status', status: { is: 'online' } });
  tell({ type: 'welcome', welcome: { ...greeting, rooms: [roomNote('general'), secret] }, isNewLog: false });
  store.dispatch(marks(mark('general'), mark('secret')));
  await settled();
  expect(presentIn(store.get()).people.map(({ nick }) => nick)).toEqual(['ada', 'bob', 'dora']);
  store.dispatch({ type: 'open-room', room: named('secret') });
  await settled();
  expect(asked.at(-1)).toMatchObject({ room: 'secret', all: true });
  const present = presentIn(store.get());
  expect(present.people.map(({ nick, state }) => `${nick} ${state}`)).toEqual([
    'ada online',
    'bob online',
    'carl offline',
  ]);
  expect([present.head, onlineHere(store.get())]).toEqual(['here 2', 2]);
});

test('the title counts the room’s members, not the server’s', () => {
  const store = makeStore(stateOf());
  const people = [person('ada'), person('bob', { rooms: [] }), person('carl')];
  for (const action of [welcome(), online]) store.dispatch(action);
  store.dispatch({ type: 'roster', roster: { kind: 'roster', re: 1, online: 3, people } });
  expect(onlineHere(store.get())).toBe(2);
  store.dispatch({ type: 'roster', roster: { kind: 'roster', re: 1, online: 900, people } });
  store.dispatch({ type: 'room-people', room, online: 700, people: [] });
  expect(onlineHere(store.get())).toBe(700);
});

test('a join is known before the presence that tells of its member, and brings nobody in by itself', () => {
  const store = makeStore(stateOf());
  for (const action of [welcome(), online]) store.dispatch(action);
  const roster = { kind: 'roster', re: 1, online: 1, people: [person('ada')] } as const;
  store.dispatch({ type: 'roster', roster: { ...roster, people: [person('ada')] } });
  store.dispatch(came(membership(5, 'join', 'bob')));
  expect([store.get().people.size, onlineHere(store.get())]).toEqual([1, 1]);
  const presence = { kind: 'presence', online: 2, changes: [person('bob', { rooms: [] })] } as const;
  store.dispatch(
    clientEvent({ type: 'presence', presence: { ...presence, changes: [person('bob', { rooms: [] })] } }),
  );
  expect([store.get().people.size, onlineHere(store.get())]).toEqual([2, 2]);
  store.dispatch(came(membership(6, 'part', 'bob')));
  expect(onlineHere(store.get())).toBe(1);
});

test('a direct room is of two, whoever of them is there', () => {
  const bob = directNote('bob');
  const store = makeStore(stateOf({ room: bob.room }));
  for (const action of [welcome({ rooms: [bob] }), online]) store.dispatch(action);
  store.dispatch({
    type: 'roster',
    roster: { kind: 'roster', re: 1, online: 1, people: [person('ada', { rooms: [bob.room] })] },
  });
  const present = presentIn(store.get());
  expect(present.people.map(({ nick, state }) => `${nick} ${state}`)).toEqual(['ada online', 'bob offline']);
});
