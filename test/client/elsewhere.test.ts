// Two devices of one member: what one enters and leaves, the other hears of, and shows.
import { describe, expect, test } from 'vitest';
import { makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import { PlainAround } from '../../src/ui/plain-around.ts';
import { update } from '../../src/ui/state/update.ts';
import { enter, general, type TestClient } from '../helpers/chat-client.ts';
import { stateOf } from '../helpers/screen.ts';
import { testServer } from '../helpers/test-server.ts';

const side = 'side' as RoomName;

/** What the screen has made of all that the client told. */
const shown = ({ told }: TestClient, open: RoomName) =>
  told.reduce(
    (state, event) => update(state, { type: 'client', at: 1, event }),
    update(stateOf(), { type: 'open-room', room: open }),
  );
const roomsIn = (test: TestClient, open: RoomName) => shown(test, open).rooms.map(({ room }) => room);
const wasTold = ({ told }: TestClient, type: 'left' | 'entered') => told.some((event) => event.type === type);

async function twoDevices() {
  const { port } = await testServer();
  const device = makeDeviceKey();
  const one = await enter({ port, device, nick: 'ada' });
  const other = await enter({ port, device, nick: 'ada' });
  return { one, other };
}

describe('on another device', () => {
  test('a room that is entered is added, and one that is left goes with a sentence where it was open', async () => {
    const { one, other } = await twoDevices();
    await one.client.join(side);
    await other.until(() => wasTold(other, 'entered'));
    expect(roomsIn(other, general)).toEqual(expect.arrayContaining([general, side]));
    await one.client.part(side);
    await other.until(() => wasTold(other, 'left'));
    const state = shown(other, side);
    expect(state.rooms.map(({ room }) => room)).toEqual([general]);
    expect(state.room).toBe(general);
    expect(state.timelines.has(side)).toBe(false);
    expect(JSON.stringify(state.timelines.get(general))).toContain('You left #side on another device.');
  });

  test('the device that moves hears so by its answers alone', async () => {
    const { one, other } = await twoDevices();
    await one.client.join(side);
    await one.client.part(side);
    await other.until(() => wasTold(other, 'left'));
    expect(one.told.filter(({ type }) => type === 'left' || type === 'entered')).toEqual([]);
  });

  test('plain mode keeps its list of rooms, and says so where the room was open', async () => {
    const { one, other } = await twoDevices();
    const notices: string[] = [];
    const { client } = other;
    const around = new PlainAround({
      client,
      room: () => side,
      notice: (text) => notices.push(text),
      now: () => 1,
    });
    await one.client.join(side);
    await other.until(() => wasTold(other, 'entered'));
    for (const event of other.told) around.tell(event);
    expect(around.rooms().map(({ room }) => room)).toContain(side);
    await one.client.part(side);
    await other.until(() => wasTold(other, 'left'));
    for (const event of other.told) around.tell(event);
    expect(around.rooms().map(({ room }) => room)).not.toContain(side);
    expect(notices).toEqual(['You left #side on another device. /join ROOM goes on elsewhere.']);
  });
});
