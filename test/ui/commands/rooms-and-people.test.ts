// Commands of rooms and people: what they ask of the server, what they say, and what they say to bad input.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { DeviceId, RoomNote } from '../../../src/protocol/packet.ts';
import { runInput } from '../../../src/ui/commands/run.ts';
import { commandContext } from '../../../src/ui/input/submit.ts';
import { roomLabel } from '../../../src/ui/state/room-label.ts';
import { chatWith, directNote, mark, marks, named, person, roomNote } from '../../helpers/around.ts';
import { greeting, memberOf, message, noon, online, past, room, welcome } from '../../helpers/events.ts';
import { fakeClient } from '../../helpers/fake-client.ts';

const me = memberOf('ada');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const chat = (events: Parameters<typeof fakeClient>[0] = []) => {
  const client = Object.assign(fakeClient(events), { welcome: greeting });
  const all = chatWith(client);
  const rooms = [roomNote('general', { topic: 'the topic' }), roomNote('random')];
  for (const action of [
    welcome({ rooms }),
    online,
    past('newest', []),
    marks(mark('general'), mark('random')),
  ])
    all.store.dispatch(action);
  client.answer('who', async () => ({
    kind: 'roster',
    re: 1,
    online: 2,
    people: [person('ada'), person('bob', { state: 'away', note: 'at lunch' })],
  }));
  const say = (line: string) => runInput(commandContext(all.context), line);
  const asked = (name: string) => client.asked.filter(([one]) => one === name).map(([, ...given]) => given);
  return { ...all, client, say, asked, last: () => all.notices.at(-1) ?? '' };
};
const noSuchMember = async (): Promise<never> => {
  throw new Refusal('no-such-member', 'There is no member of that nick.');
};

describe('rooms', () => {
  test('/rooms lists the last used first, with topic, members and when, and marks those one is not in', async () => {
    const { client, say, last, store } = chat();
    client.answer('rooms', async () => [
      roomNote('general', { topic: 'the topic', members: 3, last: noon - 120_000 }),
      roomNote('far', { topic: 'far\nout', last: noon - 1_000 }),
      roomNote('secret', { access: 'private', last: 0 }),
      directNote('bob'),
    ]);
    await say('/rooms');
    expect(last().split('\n')).toEqual([
      '3 rooms; /join ROOM enters one that is marked with +',
      '+ #far      1 member  just now  far⏎out',
      '  #general  3 members  2 min ago  the topic',
      expect.stringMatching(/^\+ #secret {3}1 member {2}\d+ d ago {2}private, you are invited$/),
    ]);
    expect(store.get().invitations).toEqual([{ room: 'secret', by: '' }]);
  });

  test('/topic tells it, sets it, takes it away, and refuses one that is too long', async () => {
    const { client, say, last } = chat();
    await say('/topic');
    expect(last()).toBe('the topic');
    await say('/topic new\n words');
    await say('/topic ""');
    expect(client.said).toEqual([
      { room, saying: { kind: 'topic', text: 'new words' } },
      { room, saying: { kind: 'topic', text: '' } },
    ]);
    expect(await say(`/topic ${'x'.repeat(401)}`)).toBe('refused');
    expect(last()).toContain('401 characters, and a topic at most 400');
  });

  test('a room that /join made is said to be new, with the nearest one there was', async () => {
    const { client, say, last, store } = chat();
    const made: RoomNote = roomNote('genral', { owner: me });
    client.answer('join', async () => ({ kind: 'joined', re: 1, room: made }));
    client.answer('rooms', async () => [roomNote('general'), made]);
    await say('/join #Genral');
    expect(last()).toBe('#genral is new, and yours. Did you mean #general? /part leaves this one.');
    expect(store.get().room).toBe('genral');
    client.answer('join', async () => ({
      kind: 'joined',
      re: 1,
      room: roomNote('random', { members: 7, owner: me }),
    }));
    await say('/join random');
    expect(last()).toContain('#genral is new');
  });

  test('/room tells what the room is, and changes it', async () => {
    const { client, say, last } = chat();
    const asked: unknown[] = [];
    client.answer('configure', async (_room, to) => {
      asked.push(to);
      return roomNote('general', { access: 'private', past: 'invited', owner: me });
    });
    await say('/room');
    expect(last()).toBe('#general is public: everybody here can come in and read its whole past.');
    await say('/room private');
    expect(last()).toMatch(
      /^#general is private: by invitation only.*from their invitation on\. It is yours\.$/,
    );
    await say('/configure past  WHOLE');
    expect(asked).toEqual([{ access: 'private' }, { past: 'whole' }]);
    expect(await say('/room closed')).toBe('refused');
    expect(last()).toContain('“closed” is nothing that a room can be. Type /room public');
  });

  test('/invite asks for this room or another, and offers the nearest nick', async () => {
    const { client, say, asked, last } = chat();
    await say('/invite bob');
    await say('/invite @bob random');
    expect(asked('invite')).toEqual([
      [room, 'bob'],
      [named('random'), 'bob'],
    ]);
    client.answer('invite', noSuchMember);
    expect(await say('/invite bbo')).toBe('refused');
    expect(last()).toBe('Nobody here is called bbo. Did you mean bob?');
  });

  test('/notify sets a level, tells it, and knows no other', async () => {
    const { say, asked, last } = chat();
    await say('/notify mentions');
    expect(asked('notify')).toEqual([[room, 'mentions']]);
    await say('/notify');
    expect(last()).toBe('#general: mentions. Only what speaks to you calls you.');
    expect(await say('/notify some')).toBe('refused');
  });
});

describe('one to one', () => {
  test('/query opens the room of the two, and says what stands behind the nick', async () => {
    const { client, say, store } = chat();
    client.answer('direct', async (nick) => directNote(nick));
    await say('/dm bob hello there');
    expect(roomLabel(store.get(), store.get().room)).toBe('@bob');
    expect(client.said).toEqual([
      { room: directNote('bob').room, saying: { kind: 'post', text: 'hello there' } },
    ]);
  });

  test('/msg stays in the room, and asks the server for a known one no more', async () => {
    const { client, say, store, last } = chat();
    let questions = 0;
    client.answer('direct', async (nick) => {
      questions += 1;
      return directNote(nick);
    });
    await say('/msg @bob psst');
    await say('/msg BOB again');
    expect([store.get().room, questions, last()]).toEqual([room, 1, 'to @bob: again']);
    expect(client.posted).toEqual(['psst', 'again']);
  });

  test('nobody of that nick: the nearest is offered, and nothing is sent', async () => {
    const { client, say, last } = chat();
    client.answer('direct', noSuchMember);
    expect(await say('/msg bobb hi')).toBe('refused');
    expect([last(), client.posted]).toEqual(['Nobody here is called bobb. Did you mean bob?', []]);
    expect(await say('/query zzz')).toBe('refused');
    expect(last()).toBe('Nobody here is called zzz.');
    expect(await say('/msg')).toBe('refused');
  });

  test('/whois tells rooms, since when, idle, the note and the keys', async () => {
    const { client, say, last } = chat();
    const fingerprint = 'f'.repeat(43);
    client.answer('whois', async () => ({
      kind: 'person',
      re: 1,
      person: person('bob', {
        state: 'away',
        note: 'at\nlunch',
        active: noon - 12 * 60_000,
        rooms: [room, named('random')],
      }),
      joined: noon,
      devices: [{ device: 3 as DeviceId, fingerprint, since: noon }],
    }));
    await say('/whois bob');
    expect(last().split('\n')).toEqual([
      'bob is away (at⏎lunch), since 22 Nov 2026 12:00, idle for 12 min',
      '  here first 22 Nov 2026 12:00',
      '  rooms: #general #random',
      `  key ${fingerprint}, since 22 Nov 2026 12:00`,
    ]);
  });

  test('/who names those away and why, /names asks for the room', async () => {
    const { say, last } = chat();
    await say('/who');
    expect(last()).toBe('2 online: ada, bob (away: at lunch)');
    await say('/names');
    expect(last()).toContain('2 online in #general: ada');
  });

  test('/away and /back', async () => {
    const { say, asked } = chat();
    await say('/away at\nlunch');
    await say('/away');
    await say('/back');
    expect(asked('away')).toEqual([['at lunch'], [''], [undefined]]);
    expect(await say(`/away ${'x'.repeat(401)}`)).toBe('refused');
  });

  test('/ignore goes by the member and /unignore by the nick; one cannot ignore oneself', async () => {
    const { client, say, store, last } = chat();
    client.answer('whois', async (nick) => ({
      kind: 'person',
      re: 1,
      person: person(nick),
      joined: 0,
      devices: [],
    }));
    await say('/ignore bob');
    expect(store.get().ignored).toEqual([{ member: memberOf('bob'), nick: 'bob' }]);
    await say('/ignore');
    expect(last()).toBe('Ignored: bob');
    await say('/unignore BOB');
    expect(store.get().ignored).toEqual([]);
    expect(await say('/unignore bob')).toBe('refused');
    expect(await say('/ignore ada')).toBe('refused');
  });

  test('/highlight takes words that call one, lists them, and gives them back', async () => {
    const { client, say, store, last } = chat();
    await say('/highlight');
    expect(last()).toBe('Your nick calls you, and no other word. /highlight WORD adds one.');
    await say('/highlight Deploy');
    expect([store.get().highlights, client.highlights.list]).toEqual([['Deploy'], ['Deploy']]);
    await say('/hl');
    expect(last()).toBe('These call you, beside your nick: Deploy');
    expect(await say('/highlight …')).toBe('refused');
    expect(await say('/unhighlight other')).toBe('refused');
    await say('/unhighlight deploy');
    expect(store.get().highlights).toEqual([]);
  });
});

describe('places', () => {
  test.each([
    ['/goto #12', { around: 12 }],
    ['/goto 12', { around: 12 }],
    ['/goto 2026-11-01', { at: new Date(2026, 10, 1).getTime() }],
    ['/goto 2026-11-01 12:30', { at: new Date(2026, 10, 1, 12, 30).getTime() }],
    ['/goto yesterday', { at: new Date(2026, 10, 21).getTime() }],
    ['/goto 11:30', { at: new Date(2026, 10, 22, 11, 30).getTime() }],
    ['/goto 12:30', { at: new Date(2026, 10, 21, 12, 30).getTime() }],
  ])('%s', async (line, goal) => {
    const { say, store } = chat([message(12, 'there')]);
    await say(line);
    expect(store.get().timelines.get(room)?.goal).toEqual(goal);
  });

  test.each(['/goto', '/goto 2026-02-30', '/goto 25:00', '/goto soon'])('%s is asked back', async (line) => {
    const { say, last } = chat();
    expect(await say(line)).toBe('refused');
    expect(last()).toContain('2026-11-01');
  });

  test('/unread goes to the first new message, and says where there is none', async () => {
    const { say, store } = chat();
    await say('/unread');
    expect(store.get().hint).toContain('Nothing is unread here.');
    store.dispatch({ type: 'focus', is: 'out' });
    store.dispatch(marks(mark('general', { read: 4 as never, unread: 200 })));
    await say('/unread');
    expect(store.get().timelines.get(room)?.goal).toEqual({ around: 4 });
  });
});

describe('/export', () => {
  const talk = Array.from({ length: 1_234 }, (_, index) => message(index + 1, `line ${index + 1}`));
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'chat-tui-export-'));
    folders.push(made);
    return made;
  };

  test('writes the whole room into a new file of one’s own', async () => {
    const { say, last } = chat(talk);
    const path = join(folder(), 'the room.txt');
    await say(`/export "${path}"`);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect([lines.length, lines[0]?.endsWith(' bob: line 1'), statSync(path).mode & 0o777]).toEqual([
      1_234,
      true,
      0o600,
    ]);
    expect(last()).toBe(`#general is in ${path} (1234 messages and events).`);
  });

  test('as JSON lines by its last word or the file’s name', async () => {
    const { say } = chat(talk.slice(0, 2));
    const [one, two] = [join(folder(), 'a.txt'), join(folder(), 'b.jsonl')];
    await say(`/export ${one} json`);
    await say(`/export ${two}`);
    for (const path of [one, two])
      expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '')).toMatchObject({
        seq: 2,
        text: 'line 2',
      });
  });

  test('overwrites nothing, and half a room is no file', async () => {
    const { say, last, client } = chat(talk);
    const path = join(folder(), 'there.txt');
    writeFileSync(path, 'mine');
    expect(await say(`/export ${path}`)).toBe('refused');
    expect([last(), readFileSync(path, 'utf8')]).toEqual([
      `${path} is there already, and nothing is overwritten.`,
      'mine',
    ]);
    client.answer('history', async () => {
      throw new Error('the connection went');
    });
    const half = join(folder(), 'half.txt');
    expect(await say(`/export ${half}`)).toBe('refused');
    expect(existsSync(half)).toBe(false);
    expect(await say('/export')).toBe('refused');
  });
});

describe('devices', () => {
  test('/link tells a code, /devices the keys, and revoking needs a number that is not this one', async () => {
    const { client, say, asked, last } = chat();
    client.answer('link', async () => ({ kind: 'code', re: 1, code: 'K7QMP-3XWTA', until: noon }));
    client.answer('devices', async () => ({
      kind: 'devices',
      re: 1,
      devices: [1, 2].map((device) => ({
        device: device as DeviceId,
        fingerprint: 'k'.repeat(43),
        since: noon,
      })),
    }));
    await say('/link');
    expect(last()).toContain('K7QMP-3XWTA, until 12:00');
    await say('/devices');
    expect(last().split('\n')[1]).toMatch(/^1 {2}key k{43}, since 22 Nov 2026 12:00, this one$/);
    expect(await say('/devices revoke 1')).toBe('refused');
    await say('/devices revoke 2');
    expect(asked('revoke')).toEqual([[2]]);
    expect(await say('/devices drop 2')).toBe('refused');
  });
});

test('typing is told while text is typed, not while a command is, and not at all once that is off', async () => {
  const { press, asked, say } = chat();
  press('/who');
  press('\x15hi');
  expect(asked('typing')).toEqual([[room], [room]]);
  await say('/typing off');
  press(' there');
  expect(asked('typing')).toHaveLength(2);
  expect(await say('/typing maybe')).toBe('refused');
});
