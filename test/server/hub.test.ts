// What the hub holds back in a large room while the log is busy, and what it never does.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import { type Follower, Hub } from '../../src/server/hub.ts';
import { toDeviceId, toMemberId, toSeq } from '../../src/store/ids.ts';
import type { StoredEvent } from '../../src/store/log.ts';
import { postId } from '../helpers/events.ts';

const general = 'general' as RoomName;
const following = { rooms: [general], by: 'own' } as const;

type Seen = Follower & { readonly writes: Buffer[] };

function follower(member: number): Seen {
  const writes: Buffer[] = [];
  return {
    member: toMemberId(member),
    hearsSignals: true,
    isCrowded: false,
    writes,
    send: (frames) => writes.push(frames),
  };
}

function message(seq: number, text = `line ${seq}`): StoredEvent {
  return {
    seq: toSeq(seq),
    room: general,
    member: toMemberId(1),
    device: toDeviceId(1),
    id: postId(seq),
    at: seq,
    body: { type: 'message', text },
  };
}

const seqsOf = ({ writes }: Seen): number[] =>
  [
    ...Buffer.concat(writes)
      .toString()
      .matchAll(/"seq":(\d+)/g),
  ].map(([, seq]) => Number(seq));

/** A room of so many, whose log is busy until it says otherwise. */
function room(members: number) {
  const log = { isBusy: true };
  const hub = new Hub({
    readableFrom: () => toSeq(0),
    sight: () => ({ nickOf: () => 'ada', quoteOf: () => undefined }),
    isMoreComing: () => log.isBusy,
    failed: (cause) => {
      throw cause;
    },
  });
  const followers = Array.from({ length: members }, (_, index) => follower(index + 1));
  for (const one of followers) hub.follow(one, following);
  const [first = follower(0)] = followers;
  return { hub, log, first };
}

describe('in a room of 200', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('batches of a busy log gather to one write, in order', () => {
    const { hub, first } = room(200);
    hub.tell([message(1)]);
    hub.tell([message(2), message(3)]);
    expect(first.writes).toHaveLength(0);
    vi.runAllTimers();
    expect(first.writes).toHaveLength(1);
    expect(seqsOf(first)).toEqual([1, 2, 3]);
  });

  test('a post that comes alone is delivered at once', () => {
    const { hub, log, first } = room(200);
    log.isBusy = false;
    hub.tell([message(1)]);
    expect(seqsOf(first)).toEqual([1]);
  });

  test('the last of a busy time takes along what was held back', () => {
    const { hub, log, first } = room(200);
    hub.tell([message(1)]);
    log.isBusy = false;
    hub.tell([message(2)]);
    expect(seqsOf(first)).toEqual([1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('who comes while something is held back does not get it twice', () => {
    const { hub, first } = room(200);
    hub.tell([message(1)]);
    const late = follower(900);
    hub.follow(late, following);
    hub.tell([message(2)]);
    vi.runAllTimers();
    expect(seqsOf(first)).toEqual([1, 2]);
    expect(seqsOf(late)).toEqual([2]);
  });

  test('no more is held back than one large write', () => {
    const { hub, first } = room(200);
    for (let seq = 1; seq <= 20; seq += 1) hub.tell([message(seq, 'x'.repeat(16_000))]);
    expect(first.writes).toHaveLength(1);
    expect(Buffer.concat(first.writes).length).toBeLessThan(300 * 1024);
  });

  test('who asks for the past has what is held back first', () => {
    const { hub, first } = room(200);
    hub.tell([message(1)]);
    hub.flush();
    expect(seqsOf(first)).toEqual([1]);
    vi.runAllTimers();
    expect(seqsOf(first)).toEqual([1]);
  });

  test('a server that ends delivers it, and holds nothing back any more', () => {
    const { hub, first } = room(200);
    hub.tell([message(1)]);
    hub.stop();
    hub.tell([message(2)]);
    expect(seqsOf(first)).toEqual([1, 2]);
  });
});

test('in a small room nothing is held back', () => {
  const { hub, first } = room(20);
  hub.tell([message(1)]);
  expect(seqsOf(first)).toEqual([1]);
});

test('who has conversations that nobody else has shares the buffer of what all are told all the same', () => {
  const { hub, first } = room(2);
  const others = [7, 8].map((member) => {
    const one = follower(member);
    hub.follow(one, { rooms: [general, `@${member}.99` as RoomName], by: 'own' });
    return one;
  });
  hub.tell([message(1), message(2)]);
  const [buffer] = first.writes;
  for (const { writes } of others) expect(writes[0]).toBe(buffer);
  const own = { ...message(3), room: '@7.99' as RoomName };
  hub.tell([message(3)]);
  hub.tell([message(4), { ...own, seq: toSeq(5) }]);
  expect(others.map(seqsOf)).toEqual([
    [1, 2, 3, 4, 5],
    [1, 2, 3, 4],
  ]);
});

describe('in a private room', () => {
  const den = 'den' as RoomName;
  const event = (seq: number, body: StoredEvent['body'], more: Partial<StoredEvent> = {}): StoredEvent => ({
    ...message(seq),
    room: den,
    body,
    ...more,
  });
  /** Early ones read all, the late one what is over 10; who has parted nothing. */
  const floors = new Map<number, number | undefined>();

  function house() {
    floors.clear();
    for (const [member, floor] of [
      [1, 0],
      [2, 0],
      [3, 10],
    ] as const)
      floors.set(member, floor);
    const hub = new Hub({
      readableFrom: (member, room) => {
        const floor = room === den ? floors.get(member) : 0;
        return floor === undefined ? undefined : toSeq(floor);
      },
      sight: () => ({
        nickOf: () => 'ada',
        quoteOf: () => ({ member: toMemberId(1), nick: 'ada', text: 'quoted words' }),
      }),
      isMoreComing: () => false,
      failed: (cause) => {
        throw cause;
      },
    });
    const [early, late, stranger] = [follower(2), follower(3), follower(9)];
    hub.follow(early, { rooms: [general, den], by: 'own' });
    hub.follow(late, { rooms: [general, den], by: 'own' });
    hub.follow(stranger, { rooms: [general, den], by: 'asked' });
    return { hub, early, late, stranger };
  }

  const changesOf = (target: number): StoredEvent['body'][] => [
    { type: 'edit', target: toSeq(target), text: 'mended' },
    { type: 'deletion', target: toSeq(target) },
    { type: 'reaction', target: toSeq(target), emoji: '👍', did: 'added' },
  ];

  test.each([
    [10, [20, 21, 22], []],
    [11, [20, 21, 22], [20, 21, 22]],
  ])('changes of message %i reach those who may read it', (target, early_, late_) => {
    const { hub, early, late, stranger } = house();
    hub.tell(changesOf(target).map((body, n) => event(20 + n, body)));
    expect([seqsOf(early), seqsOf(late), seqsOf(stranger)]).toEqual([early_, late_, []]);
  });

  test.each([
    [10, true, false],
    [11, true, true],
  ])('a reply to message %i has its quote for those who may read it', (reply, early_, late_) => {
    const { hub, early, late } = house();
    hub.tell([event(20, { type: 'message', text: 'yes', reply: toSeq(reply) })]);
    const isQuoted = ({ writes }: Seen) => Buffer.concat(writes).includes('quoted words');
    expect([seqsOf(early), seqsOf(late)]).toEqual([[20], [20]]);
    expect([isQuoted(early), isQuoted(late)]).toEqual([early_, late_]);
  });

  test('who joins late follows from there, with what it may not read kept from it', () => {
    const { hub } = house();
    floors.set(4, 30);
    const late = follower(4);
    hub.follow(late, { rooms: [general], by: 'own' });
    const [edit] = changesOf(25);
    if (edit === undefined) throw new Error('There is an edit.');
    hub.tell([
      event(31, { type: 'join' }, { member: toMemberId(4) }),
      event(32, edit),
      event(33, { type: 'message', text: 'hi' }),
    ]);
    expect(seqsOf(late)).toEqual([31, 33]);
  });

  test('who parted hears its own parting and nothing behind it, also where it asked for the room', () => {
    const { hub, late } = house();
    const script = follower(3);
    hub.follow(script, { rooms: [den], by: 'asked' });
    floors.set(3, undefined);
    hub.tell([
      event(20, { type: 'part' }, { member: toMemberId(3) }),
      event(21, { type: 'message', text: 'hi' }),
    ]);
    expect([seqsOf(late), seqsOf(script)]).toEqual([[20], [20]]);
  });

  test('when its owner changes who may read what, each hears from then on as it may', () => {
    const { hub, early, late } = house();
    floors.set(3, 0).set(2, undefined);
    const [edit] = changesOf(5);
    if (edit === undefined) throw new Error('There is an edit.');
    hub.tell([event(20, { type: 'room', access: 'private', past: 'whole' }), event(21, edit)]);
    expect([seqsOf(early), seqsOf(late)]).toEqual([[20], [20, 21]]);
  });
});
