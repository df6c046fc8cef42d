// What a client tells of itself by the way: how far it read, that it types, that it is away. Rarely, and not backwards.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Away } from '../../src/client/away.ts';
import { clientBounds } from '../../src/client/bounds.ts';
import { ConnectionLost } from '../../src/client/errors.ts';
import { Reading } from '../../src/client/reading.ts';
import { Requests } from '../../src/client/requests.ts';
import { Typing } from '../../src/client/typing.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { ClientPacket, Seq } from '../../src/protocol/packet.ts';
import { general } from '../helpers/chat-client.ts';

afterEach(() => {
  vi.useRealTimers();
});

const other = 'other' as RoomName;

describe('read positions', () => {
  const reading = () => {
    vi.useFakeTimers();
    const sent: string[] = [];
    const one = new Reading();
    const connect = () => one.connected(({ room, seq }) => sent.push(`${room} ${seq}`));
    const mark = (seq: number, room = general) => one.mark(room, seq as Seq);
    return { one, sent, connect, mark };
  };

  test('go up at most once a second, the newest of each room only', () => {
    const { sent, connect, mark } = reading();
    connect();
    mark(1);
    mark(2);
    mark(5, other);
    mark(3);
    mark(2);
    expect(sent).toEqual(['general 1']);
    vi.advanceTimersByTime(clientBounds.readEveryMs - 1);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent.slice(1)).toEqual(['general 3', 'other 5']);
    vi.advanceTimersByTime(10 * clientBounds.readEveryMs);
    expect(sent).toHaveLength(3);
    mark(4);
    expect(sent).toHaveLength(4);
  });

  test('wait for a connection, and are told again on the next: there was no answer', () => {
    const { one, sent, connect, mark } = reading();
    mark(1);
    connect();
    expect(sent).toEqual(['general 1']);
    one.lost();
    mark(2);
    connect();
    expect(sent.slice(1)).toEqual(['general 2']);
  });

  test('are told before the end, and not at all of another log', () => {
    const { one, sent, connect, mark } = reading();
    connect();
    mark(1);
    mark(2);
    one.closing();
    expect(sent).toEqual(['general 1', 'general 2']);
    one.lost();
    one.forget();
    connect();
    expect(sent).toHaveLength(2);
  });
});

test('that somebody types is told once in a while for each room, and dropped where nobody is there', () => {
  let [now, isThere] = [0, true];
  const sent: string[] = [];
  const send = ({ room }: { readonly room: RoomName }) => {
    if (isThere) sent.push(room);
    return isThere;
  };
  const typing = new Typing({ now: () => now, send });
  for (let n = 0; n < 10; n += 1) typing.told(general);
  now = limits.typingMs - 1;
  typing.told(general);
  expect(sent).toEqual(['general']);
  typing.told(other);
  expect(sent).toEqual(['general', 'other']);
  now += limits.typingMs;
  isThere = false;
  typing.told(other);
  isThere = true;
  typing.told(other);
  expect(sent).toEqual(['general', 'other', 'other']);
});

describe('away', () => {
  const away = () => {
    const requests = new Requests();
    const one = new Away(requests);
    const sent: ClientPacket[] = [];
    const send = (packet: ClientPacket) => void sent.push(packet);
    const connect = () => {
      one.connected(send);
      requests.connected(send);
    };
    const answer = () => {
      const last = sent.at(-1);
      if (last !== undefined && 'req' in last) requests.answer(last.req, { kind: 'done', re: last.req });
    };
    return { one, requests, sent, connect, answer };
  };

  test('is said again after each login while it holds, and not after one is back', async () => {
    const { one, requests, sent, connect, answer } = away();
    connect();
    const said = one.say('lunch');
    answer();
    await said;
    requests.lost(new ConnectionLost('cut'));
    connect();
    expect(sent).toMatchObject([
      { kind: 'away', is: true, note: 'lunch' },
      { kind: 'away', is: true, note: 'lunch' },
    ]);
    const back = one.say(undefined);
    answer();
    await back;
    requests.lost(new ConnectionLost('cut'));
    connect();
    expect(sent).toHaveLength(3);
    expect(sent[2]).toMatchObject({ is: false });
  });

  test('said while the server is away goes up once, when it is back', async () => {
    const { one, sent, connect, answer } = away();
    const said = one.say('');
    connect();
    answer();
    await said;
    expect(sent).toEqual([{ kind: 'away', req: expect.any(Number), is: true }]);
  });

  test('with more words than there is room for is refused here', async () => {
    await expect(away().one.say('x'.repeat(limits.sentenceChars + 1))).rejects.toMatchObject({
      code: 'text-too-large',
    });
  });
});
