// Rooms, marks and signals as a server tells them, short to write in tests of what stands around the timeline.
import type { Client } from '../../src/client/client.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { Mark, Person, RoomNote, Seq } from '../../src/protocol/packet.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { makeDecoder } from '../../src/ui/input/decode.ts';
import { handleInput } from '../../src/ui/input/handle.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import type { ChatContext } from '../../src/ui/state/context.ts';
import type { State } from '../../src/ui/state/state.ts';
import { makeStore, type Store } from '../../src/ui/state/store.ts';
import { clientEvent, memberOf, noon } from './events.ts';
import { stateOf } from './screen.ts';

export const named = (name: string): RoomName => name as RoomName;

export const roomNote = (name: string, more: Partial<RoomNote> = {}): RoomNote => ({
  room: named(name),
  topic: '',
  members: 1,
  access: 'public',
  past: 'whole',
  ...more,
});

/** The room of ada and somebody else. */
export const directNote = (nick: string, more: Partial<RoomNote> = {}): RoomNote => {
  const pair = [memberOf('ada'), memberOf(nick)].sort((one, other) => one - other);
  return roomNote(`@${pair.join('.')}`, {
    access: 'direct',
    past: 'whole',
    members: 2,
    with: { member: memberOf(nick), nick },
    ...more,
  });
};

export const mark = (room: string, more: Partial<Mark> = {}): Mark => ({
  room: named(room),
  read: 0 as Seq,
  unread: 0,
  mentions: 0,
  level: 'all',
  ...more,
});

export const marks = (...all: readonly Mark[]): Action => clientEvent({ type: 'marks', marks: all });

export const person = (nick: string, more: Partial<Person> = {}): Person => ({
  member: memberOf(nick),
  nick,
  state: 'online',
  since: noon,
  rooms: [named('general')],
  ...more,
});

export type Chat = {
  readonly store: Store;
  readonly context: ChatContext;
  readonly notices: string[];
  /** Keys as a terminal sends them. */
  press(bytes: string): void;
};

/** The keyboard, the store and a client, without a screen. */
export const chatWith = (client: Client, change: Partial<State> = {}): Chat => {
  const store = makeStore(stateOf(change));
  const notices: string[] = [];
  const context: ChatContext = {
    client,
    store,
    downloads: '/nowhere',
    now: () => noon,
    notice: (text) => {
      notices.push(text);
      store.dispatch({ type: 'notice', at: noon, text: safeLine(text), tone: 'info' });
    },
    room: () => store.get().room,
    scroll: (step) => store.dispatch({ type: 'scroll', step }),
    quit: () => notices.push('quit'),
    redraw: () => {},
    suspend: () => {},
    setMouse: () => {},
    copy: () => {},
  };
  const decoder = makeDecoder();
  const press = (bytes: string) => {
    for (const event of [...decoder.push(Buffer.from(bytes)), ...decoder.flush()])
      handleInput(event, context);
  };
  return { store, context, notices, press };
};

/** What was asked of promises is done before the next look. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
