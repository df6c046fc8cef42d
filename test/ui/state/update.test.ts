// From packets to what is shown: order, gaps, who is here, and that raw text never gets through.
import { describe, expect, test } from 'vitest';
import type { AnyEvent, Seq, ServerPackets } from '../../../src/protocol/packet.ts';
import { wanted } from '../../../src/ui/pager.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { linesOf } from '../../../src/ui/state/lines.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { openTimeline } from '../../../src/ui/state/view.ts';
import { roomNote } from '../../helpers/around.ts';
import {
  came,
  clientEvent,
  memberOf,
  membership,
  message,
  noon,
  online,
  past,
  postId,
  room,
  welcome,
} from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const run = (state: State, ...actions: readonly Action[]) => actions.reduce(update, state);
const start = run(stateOf(), welcome(), online);
const seqs = (state: State) => openTimeline(state).log.map((item) => item.seq as number);
const other = 'talk' as typeof room;

const acked = (seq: number): Action => {
  const event = message(seq, 'mine', { nick: 'ada', id: postId(seq) });
  const entry = {
    id: event.id,
    room,
    typedAt: noon,
    state: 'sending',
    saying: { kind: 'post', text: 'mine' },
  } as const;
  return clientEvent({ type: 'acked', entry, seq: seq as Seq, at: noon, event });
};
const afterGap = (after: number, before: number, ...events: readonly AnyEvent[]): Action =>
  clientEvent({
    type: 'events',
    events: [...events],
    gaps: [{ room, after: after as Seq, before: before as Seq }],
    isLive: false,
  });
type Change = ServerPackets['presence']['changes'][number];
const presence = (nick: string, change: Partial<Change>): Action =>
  clientEvent({
    type: 'presence',
    presence: {
      kind: 'presence',
      online: 2,
      changes: [{ member: memberOf(nick), nick, state: 'online', since: noon, rooms: [room], ...change }],
    },
  });

describe('order', () => {
  test('an own post that is acknowledged ahead of earlier events stands behind them once they come', () => {
    const state = run(
      start,
      came(message(1, 'a')),
      acked(5),
      came(message(3, 'b'), message(4, 'c'), message(6, 'd')),
    );
    expect(seqs(state)).toEqual([1, 3, 4, 5, 6]);
  });

  test('a message keeps its key from being typed to being in the log', () => {
    const entry = {
      id: postId(5),
      room,
      typedAt: noon,
      state: 'sending',
      saying: { kind: 'post', text: 'mine' },
    } as const;
    const before = run(start, clientEvent({ type: 'outbox', entries: [entry] }));
    const after = run(before, acked(5), clientEvent({ type: 'outbox', entries: [] }));
    expect(linesOf(before).map(({ item }) => item.key)).toEqual(linesOf(after).map(({ item }) => item.key));
  });

  test('own messages on their way stand last', () => {
    const entry = {
      id: postId(9),
      room,
      typedAt: noon,
      state: 'queued',
      saying: { kind: 'post', text: 'mine' },
    } as const;
    const state = run(start, clientEvent({ type: 'outbox', entries: [entry] }), came(message(1, 'a')));
    expect(linesOf(state).at(-1)?.item.is).toBe('pending');
  });
});

describe('after a long absence', () => {
  const was = run(start, came(message(1, 'a'), message(2, 'b')));

  test('a reader at the end sees the newest, and what was left out is fetched from above', () => {
    const back = run(was, afterGap(2, 500, message(500, 'x'), message(501, 'y')));
    expect(seqs(back)).toEqual([500, 501]);
    expect(wanted(back)).toEqual({ side: 'older', before: 500 });
  });

  test('an own post acknowledged before the page came is kept', () => {
    const back = run(was, acked(600), afterGap(2, 500, message(500, 'x')));
    expect(seqs(back)).toEqual([500, 600]);
  });

  test('a reader who is scrolled up stays, and what was left out is fetched on the way down', () => {
    const many = Array.from({ length: 60 }, (_, index) => message(index + 1, 'x'));
    const up = run(start, came(...many), { type: 'scroll', step: { lines: -10 } });
    const back = run(up, afterGap(60, 500, message(500, 'x')));
    expect(seqs(back)).toEqual(seqs(up));
    expect(
      wanted(
        run(back, {
          type: 'past',
          room,
          want: { side: 'older', before: 1 as Seq },
          past: { kind: 'past', re: 1, room, events: [], more: false },
        }),
      ),
    ).toEqual({ side: 'newer', after: 60 });
  });

  test('on another log nothing old remains, but what is on its way', () => {
    const entry = {
      id: postId(9),
      room,
      typedAt: noon,
      state: 'queued',
      saying: { kind: 'post', text: 'mine' },
    } as const;
    const typed = run(was, clientEvent({ type: 'outbox', entries: [entry] }));
    const greeting = welcome();
    if (greeting.type !== 'client' || greeting.event.type !== 'welcome') throw new Error('no welcome');
    const fresh = run(typed, { ...greeting, event: { ...greeting.event, isNewLog: true } });
    expect(seqs(fresh)).toEqual([]);
    expect(fresh.pending).toHaveLength(1);
  });
});

describe('who is here', () => {
  test('the roster follows the signals, and the count is the server’s', () => {
    const here = run(start, presence('bob', {}));
    expect([...here.people.values()].map(({ nick }) => nick)).toEqual(['bob']);
    expect(here.online).toBe(2);
    expect(run(here, presence('bob', { state: 'away' })).people.get(memberOf('bob'))?.state).toBe('away');
    expect(run(here, presence('bob', { state: 'offline', why: 'quit' })).people.size).toBe(0);
  });

  test('a leave of somebody who just spoke is told, and whether it was meant', () => {
    const spoke = run(start, presence('bob', {}), came(message(1, 'x')));
    const told = (why: 'quit' | 'lost') =>
      linesOf(run(spoke, presence('bob', { state: 'offline', why }))).at(-1)?.item;
    expect(told('quit')).toMatchObject({ is: 'merged', items: [{ did: 'left' }] });
    expect(told('lost')).toMatchObject({ is: 'merged', items: [{ did: 'lost the connection' }] });
  });

  describe('when the server was restarted', () => {
    const spoke = run(start, presence('bob', {}), came(message(1, 'x'), message(2, 'y', { nick: 'carl' })));
    const lost = clientEvent({ type: 'status', status: { is: 'waiting', until: 0, reason: 'gone' } });
    const back = run(
      spoke,
      lost,
      clientEvent({ type: 'status', status: { is: 'connecting' } }),
      welcome(),
      online,
      {
        type: 'roster',
        roster: { kind: 'roster', re: 1, online: 1, people: [] },
      },
    );
    const linesBack = linesOf(back).length;

    test('who was here before is back without a word, and stands in the roster', () => {
      const again = run(back, presence('bob', {}));
      expect(linesOf(again)).toHaveLength(linesBack);
      expect([...again.people.values()].map(({ nick }) => nick)).toEqual(['bob']);
    });

    test('who was not here is told', () => {
      expect(linesOf(run(back, presence('carl', {})))).toHaveLength(linesBack + 1);
    });

    test('who comes later than the others is told', () => {
      const late = { ...presence('bob', {}), at: noon + 60_000 } as Action;
      expect(run(back, late).timelines.get(room)?.local).toHaveLength(
        1 + (back.timelines.get(room)?.local.length ?? 0),
      );
    });
  });

  test('a new nick of somebody who spoke is told, and one’s own is taken over', () => {
    const spoke = run(start, came(message(1, 'hi')));
    const renamed = run(spoke, presence('eve', { member: memberOf('bob'), was: 'bob' }));
    expect(linesOf(renamed).at(-1)?.item).toMatchObject({
      is: 'merged',
      items: [{ did: 'renamed', was: 'bob' }],
    });
    expect(linesOf(run(start, presence('eve', { was: 'bob' })))).toEqual([]);
    const own = run(start, presence('eve', { member: memberOf('ada'), was: 'ada' }));
    expect(own.me.nick).toBe('eve');
    expect(linesOf(own).at(-1)?.item).toMatchObject({ is: 'merged', items: [{ isOwn: true }] });
  });
});

describe('a first run', () => {
  const fresh = run(stateOf({ isFirstRun: true }), welcome(), online);
  const notices = (state: State) => openTimeline(state).local.filter(({ is }) => is === 'notice');

  test('into a room with a backlog tells what to press behind it, once', () => {
    const state = run(fresh, past('newest', [message(1, 'x')], true), past('older', [message(1, 'x')]));
    expect(notices(state)).toHaveLength(1);
    expect(linesOf(state).at(-1)?.item).toMatchObject({ is: 'notice', text: expect.stringContaining('F1') });
  });

  test('into an empty room leaves that to the room, and a later run knows it', () => {
    expect(notices(run(fresh, past('newest', [membership(1, 'join', 'ada')])))).toEqual([]);
    expect(notices(run(fresh, past('newest', [message(1, 'mine', { nick: 'ada' })])))).toEqual([]);
    const later = run(stateOf({ isFirstRun: false }), welcome(), online, past('newest', [message(1, 'x')]));
    expect(notices(later)).toEqual([]);
  });
});

describe('rooms', () => {
  const both = run(start, { type: 'joined', note: roomNote('talk') });

  test('what comes in a room that is not open is counted, and is read once it is open', () => {
    const first = run(both, came(message(1, 'x', { room: other })));
    const told = run(first, came(message(2, 'y', { room: other })));
    expect(told.timelines.get(other)?.unseen).toBe(1);
    expect(run(told, { type: 'open-room', room: other }).timelines.get(other)?.unseen).toBe(0);
  });

  test('leaving the open room opens another', () => {
    expect(run(both, { type: 'open-room', room: other }, { type: 'parted', room: other }).room).toBe(room);
  });
});

test('no control character gets from a packet into the state', () => {
  const bad = '\u001b]0;x\u0007\u009b31m';
  const file = { name: bad, size: 1, sha256: 'a'.repeat(64) as never };
  const waiting = { is: 'waiting', until: 0, reason: bad } as const;
  const state = run(
    stateOf(),
    welcome({ nick: bad, rooms: [roomNote('general', { topic: bad })] }),
    came(message(1, bad, { nick: bad, file })),
    presence(bad, { was: bad }),
    clientEvent({ type: 'status', status: waiting }),
    clientEvent({
      type: 'outbox',
      entries: [
        { id: postId(1), room, typedAt: 0, state: 'queued', saying: { kind: 'post', text: bad, file } },
      ],
    }),
  );
  const seen = JSON.stringify(state, (_, value) => (value instanceof Map ? [...value.values()] : value));
  expect(seen).not.toMatch(/\\u001b|\\u0007|[\u0080-\u009f]/);
});

test('notices of the same moment are lines of their own, however many', () => {
  const notice: Action = { type: 'notice', at: noon, text: 'again' as never, tone: 'info' };
  const state = run(start, ...Array.from({ length: 250 }, () => notice));
  const keys = linesOf(state).map(({ item }) => item.key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(200);
});
