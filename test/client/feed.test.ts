// What a client takes for the log it knows, by what a welcome says.
import { expect, test } from 'vitest';
import { Feed } from '../../src/client/feed.ts';
import type { LogId, Seq } from '../../src/protocol/packet.ts';
import { message } from '../helpers/events.ts';

const [known, other] = ['a'.repeat(22), 'b'.repeat(22)] as LogId[];
const at = (logId: LogId | undefined, tail: number) => ({ logId: logId as LogId, tail: tail as Seq });

function follower(): Feed {
  const feed = new Feed();
  feed.welcomed(at(known, 5));
  feed.pass([message(5, 'five'), message(7, 'seven')], 7 as Seq);
  return feed;
}

test('a log that went on, or stands where it was, is the same', () => {
  const feed = follower();
  expect([feed.welcomed(at(known, 7)), feed.welcomed(at(known, 9))]).toEqual([false, false]);
  expect(feed.cursor).toEqual({ logId: known, after: 7 });
});

test.each([
  ['of another name', other, 9],
  ['that ends before what was seen of it', known, 6],
])('a log %s is another, and is read from its newest', (_, logId, tail) => {
  const feed = follower();
  expect(feed.welcomed(at(logId, tail))).toBe(true);
  expect(feed.cursor).toBeUndefined();
  expect(feed.pass([message(3, 'three')], 6 as Seq)).toHaveLength(1);
});

test('a script that begins behind the end of the log meets the same log when it comes back', () => {
  const feed = new Feed();
  feed.startAt(100 as Seq);
  expect([feed.welcomed(at(known, 5)), feed.welcomed(at(known, 5))]).toEqual([false, false]);
});
