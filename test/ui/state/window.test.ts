// One room's window: it holds what its bound allows, whatever comes in, and lets go of what is far from the reader.
import { expect, test } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import { readerOf } from '../../../src/ui/state/items.ts';
import { arrive, emptyTimeline } from '../../../src/ui/state/timeline.ts';
import { message } from '../../helpers/events.ts';
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
