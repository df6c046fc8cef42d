// What is read and what is new: the server's number, what comes live, and the marker line.
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { Seq } from '../../../src/protocol/packet.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { dressedLines } from '../../../src/ui/state/dressed.ts';
import { linesOf } from '../../../src/ui/state/lines.ts';
import { callsOf, markOf, unreadMarkOf } from '../../../src/ui/state/marks.ts';
import type { State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { directNote, mark, marks, named, roomNote } from '../../helpers/around.ts';
import { came, clientEvent, memberOf, message, online, past, room, welcome } from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const other = named('random');
const away: Action = { type: 'focus', is: 'out' };
const here: Action = { type: 'focus', is: 'in' };
const inTwo = welcome({ rooms: [roomNote('general'), roomNote('random')] });
const having = (...actions: readonly Action[]): State =>
  [inTwo, online, past('newest', []), marks(mark('general'), mark('random')), ...actions].reduce(
    update,
    stateOf(),
  );
const to = (place: string, seq: number, text = 'x', nick = 'bob') =>
  message(seq, text, { room: named(place), nick });
const drawn = (state: State) =>
  dressedLines(state).map(({ item }) => {
    if (item.is === 'marker') return `${item.count} new`;
    if (item.is === 'ignored') return `${item.keys.length} ignored`;
    return item.is === 'message' ? item.text : item.is;
  });

describe('counts', () => {
  test('what comes live to another room is added to the server’s number', () => {
    const state = having(
      marks(mark('random', { read: 3 as Seq, unread: 4, mentions: 1 })),
      came(to('random', 9)),
    );
    expect(callsOf(state, other)).toEqual({ unread: 5, mentions: 1, isMuted: false });
  });

  test('what a page brings behind the server’s back is in its number already', () => {
    const page = clientEvent({ type: 'events', events: [to('random', 9)], gaps: [], isLive: false });
    const told = marks(mark('random', { unread: 3 }));
    expect(callsOf(having(page, told), other).unread).toBe(3);
  });

  test('mentions stand apart, in any letter case, and own words are not new', () => {
    const state = having(
      came(to('random', 5, 'hi @ADA!'), to('random', 6, 'ada: lunch?'), to('random', 7, 'adage')),
    );
    expect(callsOf(state, other)).toMatchObject({ unread: 3, mentions: 2 });
    expect(callsOf(update(state, came(to('random', 8, 'mine', 'ada'))), other).unread).toBe(3);
  });

  test('who speaks to one alone calls for one', () => {
    const bob = directNote('bob');
    const state = having({ type: 'joined', note: bob }, came(message(5, 'psst', { room: bob.room })));
    expect(callsOf(state, bob.room)).toEqual({ unread: 0, mentions: 1, isMuted: false });
  });

  test('they end where more of them say no more', () => {
    const state = having(marks(mark('random', { unread: limits.unreadMax })), came(to('random', 9)));
    expect(callsOf(state, other).unread).toBe(limits.unreadMax);
  });

  test('at the end of the open room all is read; scrolled up, or without focus, nothing is', () => {
    const looking = having(came(to('general', 5), to('general', 6)));
    expect(markOf(looking, room)).toMatchObject({ read: 6, unread: 0 });
    const elsewhere = having(away, came(to('general', 5)), came(to('general', 6)));
    expect(markOf(elsewhere, room)).toMatchObject({ read: 0, unread: 2 });
    const many = Array.from({ length: 80 }, (_, index) => to('general', index + 1));
    const up = having(came(...many), { type: 'scroll', step: { pages: -1 } }, came(to('general', 90)));
    expect(markOf(up, room)).toMatchObject({ read: 80, unread: 1 });
    expect(markOf(update(up, { type: 'scroll', step: { to: 'end' } }), room)).toMatchObject({
      read: 90,
      unread: 0,
    });
  });

  test('nothing counts as read before the server said where one was', () => {
    const fresh = [inTwo, online, past('newest', []), came(to('general', 5))].reduce(update, stateOf());
    expect(markOf(fresh, room)).toMatchObject({ read: 0, unread: 0 });
    expect(fresh.marks.size).toBe(0);
  });

  test('another device reads, and the counts go here too', () => {
    const state = having(came(to('random', 5), to('random', 6)), marks(mark('random', { read: 6 as Seq })));
    expect(callsOf(state, other)).toMatchObject({ unread: 0, mentions: 0 });
  });

  test('a server that was not told yet does not bring back what was read here', () => {
    const read = having(came(to('general', 5), to('general', 6)));
    const late = [away, marks(mark('general', { read: 2 as Seq, unread: 3 }))].reduce(update, read);
    expect(markOf(late, room)).toMatchObject({ read: 6, told: 2, unread: 0 });
  });

  test('another log begins at nothing', () => {
    const greeting = welcome();
    if (greeting.type !== 'client' || greeting.event.type !== 'welcome') throw new Error('no welcome');
    const state = update(having(came(to('random', 5))), clientEvent({ ...greeting.event, isNewLog: true }));
    expect(state.marks.size).toBe(0);
  });

  test('a muted room says so, and one that calls by mentions alone counts nothing else', () => {
    const came9 = came(to('random', 9));
    const muted = having({ type: 'level', room: other, level: 'none' }, came9);
    expect(callsOf(muted, other)).toEqual({ unread: 1, mentions: 0, isMuted: true });
    const few = having(
      { type: 'level', room: other, level: 'mentions' },
      came9,
      came(to('random', 10, '@ada')),
    );
    expect(callsOf(few, other)).toEqual({ unread: 0, mentions: 1, isMuted: false });
  });
});

describe('the marker', () => {
  const unread = () =>
    having(
      away,
      came(to('general', 1, 'old')),
      marks(mark('general', { read: 1 as Seq })),
      came(to('general', 2, 'one'), to('general', 3, 'two')),
    );

  test('stands between what was read and what is new', () => {
    expect(drawn(unread())).toEqual(['old', '2 new', 'one', 'two']);
  });

  test('stays while its messages are looked at, and what comes meanwhile is not new', () => {
    const state = [here, came(to('general', 4, 'three'))].reduce(update, unread());
    expect(markOf(state, room)).toMatchObject({ read: 4, unread: 0 });
    expect(drawn(state)).toEqual(['old', '2 new', 'one', 'two', 'three']);
  });

  test('stands before what was missed while the connection was away, or the program closed', () => {
    const missed = [to('general', 5, 'a'), to('general', 6, 'b')];
    const page = clientEvent({ type: 'events', events: missed, gaps: [], isLive: false });
    const back = having(
      came(to('general', 4, 'old')),
      page,
      marks(mark('general', { read: 4 as Seq, unread: 2 })),
    );
    expect(drawn(back)).toEqual(['old', '2 new', 'a', 'b']);
    expect(markOf(back, room)).toMatchObject({ read: 6, unread: 0 });
  });

  test('goes when the reader speaks, or leaves the room', () => {
    const seen = update(unread(), here);
    const entry = {
      id: message(9, '').id,
      room,
      typedAt: 0,
      state: 'sending',
      saying: { kind: 'post', text: 'me' },
    } as const;
    const event = message(9, 'me', { nick: 'ada', member: memberOf('ada') });
    const spoke = update(seen, clientEvent({ type: 'acked', entry, seq: event.seq, at: event.at, event }));
    expect(unreadMarkOf(spoke, room)).toBeUndefined();
    const left = [{ type: 'open-room', room: other } as const, { type: 'open-room', room } as const].reduce(
      update,
      seen,
    );
    expect(drawn(left)).toEqual(['old', 'one', 'two']);
  });

  test('is not drawn where nothing stands behind it', () => {
    const state = having(marks(mark('general', { read: 9 as Seq, unread: 2 })), away);
    expect(drawn(state)).toEqual([]);
  });

  test('names the author again below it', () => {
    const names = dressedLines(unread()).map((line) => line.hasNick);
    expect(names).toEqual([true, false, true, false]);
  });
});

describe('ignored people', () => {
  const ignore: Action = { type: 'ignored', ignored: [{ member: memberOf('carl'), nick: 'carl' }] };
  const talk = came(
    to('general', 1, 'a'),
    to('general', 2, 'b', 'carl'),
    to('general', 3, 'c', 'carl'),
    to('general', 4, 'd'),
    to('general', 5, 'e', 'carl'),
  );

  test('are folded into one line each time', () => {
    expect(drawn(having(talk, ignore))).toEqual(['a', '2 ignored', 'd', '1 ignored']);
    expect(drawn(having(talk, ignore, { type: 'ignored', ignored: [] }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('count nowhere', () => {
    expect(callsOf(having(ignore, came(to('random', 5, '@ada', 'carl'))), other)).toMatchObject({
      unread: 0,
      mentions: 0,
    });
  });

  test('where nobody is ignored and nothing is new the lines are the very same', () => {
    const state = having(talk);
    expect(dressedLines(state)).toBe(linesOf(state));
  });
});
