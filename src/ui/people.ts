// Asks the server who is here: all of it after each login, the people of a private room when it is opened, and all of it
// again when presence came without names. Started by run.tsx; `askAgainMs` is for plain mode too.
import type { Client, ClientEvent } from '../client/client.ts';
import { isDirect } from './state/room-label.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';

/** People asked for after a login: a screen shows fewer, changes come by signals. */
const rosterMost = 200;

/** Time and chance, so that a test has them in its hand. */
export type Chance = {
  readonly random: () => number;
  /** Returns the way to call it off. */
  readonly after: (ms: number, act: () => void) => () => void;
};

export const realChance: Chance = {
  random: Math.random,
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A batch of presence without names: too many came or went to be told. Who is gone would stand in the roster for ever,
 * so it is asked anew, by each client a while later, or a crowd would ask at once.
 */
const spreadMs = 5_000;
const leastMs = 500;
export const askAgainMs = (random: () => number): number => leastMs + Math.floor(random() * spreadMs);

export const isWithoutNames = (event: ClientEvent): boolean =>
  event.type === 'presence' && event.presence.changes.length === 0;

/** Returns the way to stop. */
export const startPeople = (client: Client, store: Store, chance: Chance = realChance): (() => void) => {
  let callOff: (() => void) | undefined;
  let asked: State['room'] | undefined;
  const askAll = async () => {
    try {
      store.dispatch({ type: 'roster', roster: await client.who({ most: rosterMost }) });
      look();
    } catch {
      // The connection went again: the next welcome asks anew.
    }
  };
  const askRoom = async (room: State['room'], isPublic: boolean) => {
    const whom = isPublic ? { room, most: 1 } : { room, all: true, most: rosterMost };
    try {
      const { online, people } = await client.who(whom);
      store.dispatch({ type: 'room-people', room, online, people });
    } catch {
      // As above; and of a room that one is not in the server says nothing.
      if (asked === room) asked = undefined;
    }
  };
  const look = () => {
    const state = store.get();
    if (state.room === asked || state.status.is !== 'online') return;
    const view = state.rooms.find(({ room }) => room === state.room);
    if (!view || isDirect(state.room) || !state.marks.has(state.room)) return;
    const isPublic = view.access === 'public';
    asked = state.room;
    // Where everybody who is online is known, so is who of them is in a public room.
    if (!isPublic || state.people.size < state.online) void askRoom(state.room, isPublic);
  };
  const heard = (event: ClientEvent) => {
    if (event.type === 'welcome') {
      asked = undefined;
      void askAll();
    }
    if (event.type === 'events' && event.events.some((one) => one.room === asked && isMove(one.type)))
      asked = undefined;
    if (!isWithoutNames(event) || callOff) return;
    callOff = chance.after(askAgainMs(chance.random), () => {
      callOff = undefined;
      void askAll();
    });
  };
  const stops = [client.listen(heard), store.subscribe(look)];
  if (client.welcome) void askAll();
  return () => {
    callOff?.();
    for (const stop of stops) stop();
  };
};

const isMove = (type: string): boolean => type === 'join' || type === 'part';
