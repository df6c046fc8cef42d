// One room's window: it holds what its bound allows, whatever comes in, and lets go of what is far from the reader.
import { expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { AnyEvent, Seq } from '../../../src/protocol/packet.ts';
import { readerOf } from '../../../src/ui/state/items.ts';
import { arrive, emptyTimeline } from '../../../src/ui/state/timeline.ts';
import { memberOf, membership, message, noon, room } from '../../helpers/events.ts';
import { stateOf } from '../../helpers/screen.ts';

const reader = readerOf(stateOf());

test('a window over clientEventsPerRoom lets go of its oldest, and says that there are older ones', () => {
  const most = limits.clientEventsPerRoom;
  let timeline = { ...emptyTimeline, hasOlder: false };
  for (let seq = 1; seq <= 3 * most; seq += 50) {
    const events = Array.from({ length: 50 }, (_, n) => message(seq + n, 'x'));
    timeline = { ...timeline, ...arrive(timeline, { events, gap: undefined, reader }) };
    expect(timeline.log.length).toBeLessThanOrEqual(most + 200);
  }
  expect(timeline.log.at(-1)?.seq).toBe(3 * most);
  expect(timeline.hasOlder).toBe(true);
});

const settings = (seq: number, access: 'public' | 'private', past: 'whole' | 'invited'): AnyEvent => ({
  ...{ type: 'room', seq: seq as Seq, room, member: memberOf('bob'), nick: 'bob', at: noon },
  access,
  past,
});

test.each([
  ['its past is opened', settings(6, 'private', 'whole'), true],
  ['it is opened to everybody', settings(6, 'public', 'invited'), true],
  ['one enters it again', membership(6, 'join', 'ada'), true],
  ['another enters it', membership(6, 'join', 'bob'), false],
  ['its past is closed', settings(6, 'private', 'invited'), false],
])('whether there may be older ones than the beginning of the room, as %s: %#', (_fact, event, hasOlder) => {
  const whole = { ...emptyTimeline, hasOlder: false };
  const ada = { ...reader, member: memberOf('ada') };
  const before = arrive(whole, { events: [message(5, 'x')], gap: undefined, reader: ada });
  expect(before.hasOlder).toBe(false);
  expect(arrive(before, { events: [event], gap: undefined, reader: ada }).hasOlder).toBe(hasOlder);
});
