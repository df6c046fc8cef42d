// Paging back and forth over a room, against a client that gives pages as a server may: short ones too.
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { pastEvents, type Range } from '../../src/client/past.ts';
import { parseRoom } from '../../src/protocol/names.ts';
import type { AnyEvent, Seq } from '../../src/protocol/packet.ts';

const parsed = parseRoom('general');
if (!parsed.ok) throw new Error(parsed.sentence);
const { room } = parsed;
/** Seqs rise with gaps: other rooms' events lie between. */
const seqs = Array.from({ length: 1_203 }, (_, n) => 3 * n + 2);

/** As the wire has it: with `after` alone the oldest come first to hand, else the newest. */
function clientWith(pageMost: number): Client {
  const history: Client['history'] = async (_room, { after, before, limit }) => {
    const within = seqs.filter((seq) => seq > (after ?? 0) && seq < (before ?? Number.POSITIVE_INFINITY));
    const most = Math.min(limit, pageMost);
    const taken = after !== undefined && before === undefined ? within.slice(0, most) : within.slice(-most);
    const events = taken.map((seq) => ({ seq }) as unknown as AnyEvent);
    return { kind: 'past', re: 0, room, events, more: within.length > taken.length };
  };
  return { history } as Client;
}

async function read(range: Range, pageMost = 100): Promise<number[]> {
  const found: number[] = [];
  for await (const event of pastEvents(clientWith(pageMost), room, range)) found.push(event.seq);
  return found;
}

const seq = (value: number) => value as Seq;

describe('messages of a room', () => {
  test.each([1, 7, 100, 500])(
    'the newest N in rising order, however many, in pages of at most %i',
    async (most) => {
      for (const limit of [0, 1, 50, 99, 100, 101, 700, 1_203, 5_000]) {
        expect(await read({ limit }, most)).toEqual(limit === 0 ? [] : seqs.slice(-limit));
      }
    },
  );

  test('the oldest N behind a seq', async () => {
    const behind = seqs.filter((one) => one > 300);
    expect(await read({ limit: 250, after: seq(300) })).toEqual(behind.slice(0, 250));
    expect(await read({ limit: 5_000, after: seq(300) })).toEqual(behind);
  });

  test('the newest N before a seq', async () => {
    const before = seqs.filter((one) => one < 1_000);
    expect(await read({ limit: 250, before: seq(1_000) })).toEqual(before.slice(-250));
    expect(await read({ limit: 5_000, before: seq(1_000) })).toEqual(before);
  });

  test('between two seqs: nothing outside, and the newest of what does not fit', async () => {
    const between = seqs.filter((one) => one > 300 && one < 1_500);
    expect(await read({ limit: 5_000, after: seq(300), before: seq(1_500) })).toEqual(between);
    expect(await read({ limit: 150, after: seq(300), before: seq(1_500) })).toEqual(between.slice(-150));
    expect(await read({ limit: 5, after: seq(300), before: seq(301) })).toEqual([]);
  });
});
