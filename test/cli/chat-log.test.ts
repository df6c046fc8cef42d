// Logs of an open chat in a folder: a file per room and day, nothing twice, and nothing that the terminal obeys.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openChatLog } from '../../src/cli/chat-log.ts';
import type { AnyEvent, LogId } from '../../src/protocol/packet.ts';
import { directNote, named, roomNote } from '../helpers/around.ts';
import { greeting, memberOf, message, noon, postId, room } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const makeFolder = () => {
  const made = mkdtempSync(join(tmpdir(), 'chat-tui-log-'));
  folders.push(made);
  return join(made, 'logs');
};

const bob = directNote('bob');
const open = (folder: string, logId = greeting.logId) => {
  const client = fakeClient();
  const failed: unknown[] = [];
  const log = openChatLog(folder, client, (error) => failed.push(error));
  const welcome = { ...greeting, logId, rooms: [roomNote('general'), bob] };
  client.tell({ type: 'welcome', welcome, isNewLog: false });
  const tell = (...events: readonly AnyEvent[]) =>
    client.tell({ type: 'events', events: [...events], gaps: [], isLive: true });
  return { client, log, tell, failed };
};
const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

test('each room and day has its file, readable for its owner alone', async () => {
  const folder = makeFolder();
  const { log, tell, client, failed } = open(folder);
  tell(message(1, 'a'), message(2, 'b', { room: bob.room }), message(3, 'c', { room: named('other') }));
  tell(message(4, 'next day\nsecond line', { at: noon + 24 * 3_600_000 }));
  const own = message(5, 'mine', { nick: 'ada', member: memberOf('ada') });
  const entry = {
    id: postId(5),
    room,
    typedAt: noon,
    state: 'sending',
    saying: { kind: 'post', text: 'mine' },
  } as const;
  client.tell({ type: 'acked', entry, seq: own.seq, at: noon, event: own });
  await log.close();
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  expect(names.sort()).toEqual([
    'general 2026-11-22.log',
    'general 2026-11-23.log',
    'other 2026-11-22.log',
    'with bob 2026-11-22.log',
  ]);
  expect(textOf(folder, 'general 2026-11-22.log')).toBe(
    '2026-11-22 12:00 bob: a\n2026-11-22 12:00 ada: mine\n',
  );
  expect(textOf(folder, 'general 2026-11-23.log')).toContain('next day\n    second line\n');
  for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(failed).toEqual([]);
});

test('opening the chat again repeats nothing; another log begins anew', async () => {
  const folder = makeFolder();
  const first = open(folder);
  first.tell(message(1, 'a'), message(2, 'b'));
  await first.log.close();
  const second = open(folder);
  second.tell(message(1, 'a'), message(2, 'b'), message(3, 'c'));
  await second.log.close();
  expect(textOf(folder, 'general 2026-11-22.log').trimEnd().split('\n')).toHaveLength(3);
  const other = open(folder, 'b'.repeat(22) as LogId);
  other.tell(message(1, 'of another log'));
  await other.log.close();
  expect(textOf(folder, 'general 2026-11-22.log')).toContain('of another log');
});

test('a folder that cannot be written is told once, and the chat goes on', async () => {
  const folder = makeFolder();
  writeFileSync(folder, 'a file stands here');
  const { log, tell, failed } = open(folder);
  tell(message(1, 'a'));
  tell(message(2, 'b'));
  await log.close();
  expect(failed).toHaveLength(1);
});
