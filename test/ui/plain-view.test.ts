// Who comes and goes, as plain lines.
import { expect, test } from 'vitest';
import type { ServerPackets } from '../../src/protocol/packet.ts';
import { PlainView } from '../../src/ui/plain-view.ts';
import { greeting, memberOf, membership, noon, room } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';

type Change = ServerPackets['presence']['changes'][number];

const view = async (client = fakeClient()) => {
  const lines: string[] = [];
  let now = noon;
  const plain = new PlainView({
    client,
    room,
    own: 'printed',
    print: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    now: () => now,
  });
  await plain.open(room);
  const tell = (nick: string, change: Partial<Change>) => {
    const changes = [
      { member: memberOf(nick), nick, state: 'online', since: noon, rooms: [room], ...change },
    ];
    plain.tell({ type: 'presence', presence: { kind: 'presence', online: 2, changes: changes as Change[] } });
  };
  const status = (is: 'online' | 'waiting') =>
    plain.tell({ type: 'status', status: is === 'online' ? { is } : { is, until: 0, reason: 'gone' } });
  const told = () => lines.splice(0).filter((line) => line.includes(' -- '));
  return { plain, tell, status, told, wait: (ms: number) => (now += ms) };
};

test('who joins is here: it is said once', async () => {
  const { plain, tell, told } = await view();
  plain.tell({ type: 'events', events: [membership(1, 'join', 'bob')], gaps: [], isLive: true });
  tell('bob', {});
  expect(told()).toEqual(['12:00 -- bob joined #general']);
});

test('who is back from being away has not come', async () => {
  const { tell, told } = await view();
  tell('bob', {});
  tell('bob', { state: 'away' });
  tell('bob', {});
  tell('bob', { state: 'offline', why: 'quit' });
  tell('bob', {});
  expect(told().map((line) => line.slice(9))).toEqual(['bob is online', 'bob left', 'bob is online']);
});

test('behind a restart nobody who was here comes again, others do', async () => {
  const { tell, status, told, wait } = await view();
  tell('bob', {});
  tell('dora', {});
  status('waiting');
  status('online');
  told();
  tell('bob', {});
  tell('carl', {});
  expect(told()).toEqual([expect.stringContaining('carl is online')]);
  wait(60_000);
  tell('dora', {});
  expect(told()).toEqual([expect.stringContaining('dora is online')]);
});

test('behind a restart those who were here before this user do not come again either', async () => {
  const bob = { member: memberOf('bob'), nick: 'bob', state: 'online' as const, since: noon, rooms: [room] };
  const client = fakeClient();
  const asked = Promise.withResolvers<void>();
  const who: typeof client.who = async () => {
    asked.resolve();
    return { kind: 'roster', re: 1, online: 2, people: [bob] };
  };
  const { plain, tell, status, told } = await view({ ...client, who });
  plain.tell({ type: 'welcome', welcome: greeting, isNewLog: false });
  await asked.promise;
  await new Promise((resolve) => setImmediate(resolve));
  status('waiting');
  status('online');
  told();
  tell('bob', {});
  expect(told()).toEqual([]);
});
