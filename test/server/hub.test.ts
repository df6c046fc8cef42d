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
