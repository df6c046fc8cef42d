// Hostile text in everything around the timeline, one record of each class: room list, title, status line, roster,
// invitations, answers of commands, the search view, the title of the window, and what an export writes. What the
// terminal does and every cell that is not the text's own are as with a harmless one.
import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { exportLines } from '../../src/client/export.ts';
import type { AnyEvent } from '../../src/protocol/packet.ts';
import { safeLine } from '../../src/text/safe-text.ts';
import { runInput } from '../../src/ui/commands/run.ts';
import { commandContext } from '../../src/ui/input/submit.ts';
import { titleOf } from '../../src/ui/notify.ts';
import { eventLine as plainLine } from '../../src/ui/plain-lines.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import { update } from '../../src/ui/state/update.ts';
import { checkStream, type EscapeRecord, emulate } from '../corpus/check.mjs';
import { chatWith, directNote, mark, marks, named, person, roomNote } from '../helpers/around.ts';
import {
  clientEvent,
  memberOf,
  message,
  noon,
  online,
  past,
  room,
  roster,
  welcome,
} from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { openScreen, stateOf } from '../helpers/screen.ts';
import { byClass, escapes } from '../text/corpus.ts';

const size = { columns: 120, rows: 40 };
const samples: readonly EscapeRecord[] = byClass(escapes).flatMap(([, records]) => records.slice(0, 1));
const cut = (text: string, units: number) => text.slice(0, units).toWellFormed() || 'x';

/** Text of somebody else wherever the server may put it, in two pictures: around the timeline, and as found. */
const pictures = (text: string): readonly (readonly Action[])[] => [
  [
    { type: 'find-closed' },
    welcome({
      rooms: [
        roomNote('general'),
        directNote('bob', { with: { member: memberOf('bob'), nick: cut(text, 60) } }),
      ],
    }),
    event({ type: 'topic', text: cut(text, 400) }),
    event({ type: 'invite', guest: memberOf('eve'), guestNick: cut(text, 60) }),
    clientEvent({
      type: 'invited',
      invited: { kind: 'invited', room: roomNote('secret', { access: 'private' }), by: cut(text, 60) },
    }),
    clientEvent({
      type: 'typing',
      typing: { kind: 'typing', room, member: memberOf('bob'), nick: cut(text, 60) },
    }),
  ],
  [
    { type: 'find', of: 'search', query: 'x' },
    {
      type: 'found',
      query: 'x',
      found: {
        events: [
          message(1, text),
          message(2, 'a', { nick: cut(text, 60) }),
          message(3, '', { file: fileOf(text) }),
        ],
        more: false,
      },
    },
  ],
  [{ type: 'find-failed', query: 'x', text: safe(text) }],
];

/** As search.ts makes it of the server's sentence. */
const safe = (text: string) => safeLine(cut(text, 400));

const fileOf = (name: string) => ({ name: cut(name, 200), size: 1, sha256: 'a'.repeat(64) as never });

const event = (more: object): Action => {
  const { text: _, id: _id, type: _type, ...head } = message(1, '');
  return clientEvent({ type: 'events', events: [{ ...head, ...more } as AnyEvent], gaps: [], isLive: true });
};

type Drawn = {
  readonly did: object;
  readonly foreign: readonly string[];
  readonly composer: string;
  readonly rows: number;
};

async function draw(frames: readonly (readonly Action[])[]): Promise<Drawn> {
  const screen = await openScreen(stateOf(size));
  const start = [welcome({ rooms: [roomNote('general')] }), online, roster('ada', 'bob'), past('newest', [])];
  await screen.act(...start, marks(mark('general')));
  for (const actions of frames) await screen.act(...actions);
  await screen.act({ type: 'find-closed' }, { type: 'tick', at: noon + 3_600_000 });
  const lines = await screen.lines();
  const { screen: _, ...did } = await emulate(screen.terminal.raw, {
    xterm,
    cols: size.columns,
    rows: size.rows,
  });
  const foreign = checkStream(screen.terminal.raw).map(({ kind, body }) => `${kind} ${JSON.stringify(body)}`);
  await screen.close();
  return { did, foreign, composer: lines.at(-1) ?? '', rows: lines.length };
}

test('one record of each class around the timeline and in the search view', { timeout: 60_000 }, async () => {
  const harmless = await draw(samples.flatMap(() => pictures('harmless')));
  const hostile = await draw(samples.flatMap(({ text }) => pictures(text.slice(0, 2_000))));
  expect(hostile).toEqual(harmless);
  expect(hostile.composer).toBe('[#general] say something');
});

/** Nothing that a terminal obeys, and no more lines than are ours. */
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('answers of commands', () => {
  const answer = async (line: string, text: string): Promise<string> => {
    const client = fakeClient();
    const hostile = person(cut(text, 60), { state: 'away', note: cut(text, 300) });
    client.answer('rooms', async () => [roomNote('far', { topic: cut(text, 400) })]);
    client.answer('whois', async () => ({
      kind: 'person',
      re: 1,
      person: hostile,
      joined: noon,
      devices: [],
    }));
    client.answer('who', async () => ({ kind: 'roster', re: 1, online: 1, people: [hostile] }));
    client.answer('link', async () => ({ kind: 'code', re: 1, code: cut(text, 60), until: noon }));
    const { context, store } = chatWith(client);
    for (const action of [welcome({ rooms: [roomNote('general', { topic: cut(text, 400) })] }), online])
      store.dispatch(action);
    await runInput(commandContext(context), line);
    const notices = store.get().timelines.get(room)?.local ?? [];
    return notices.map((item) => (item.is === 'notice' ? item.text : '')).join('\n');
  };

  test.each(['/rooms', '/topic', '/whois bob', '/who', '/names', '/link'])('%s', async (line) => {
    const lines = (await answer(line, 'harmless')).split('\n').length;
    for (const { name, text } of samples) {
      const told = await answer(line, text);
      expect([name, obeyed.test(told), told.split('\n').length]).toEqual([name, false, lines]);
    }
  });
});

test('the window’s title', () => {
  for (const { text } of samples) {
    const other = directNote('bob', { with: { member: memberOf('bob'), nick: cut(text, 60) } });
    const state = [welcome({ rooms: [other] }), online].reduce(update, stateOf({ room: other.room }));
    expect(titleOf(state)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  }
});

describe('what is written out', () => {
  const reply = { reply: 1 as never, edited: 3 as never };
  const eventsOf = (text: string): AnyEvent[] => {
    const { text: _, id: _id, type: _type, ...head } = message(5, '');
    return [
      message(1, text),
      message(2, text, { nick: cut(text, 60), style: 'action' }),
      message(3, '', { file: fileOf(text) }),
      message(4, text, {
        ...reply,
        quote: { member: memberOf('b'), nick: cut(text, 60), text: cut(text, 200) },
      }),
      message(5, 'x', { reactions: [{ emoji: cut(text, 20), by: [memberOf('b')] }] }),
      { ...head, seq: 6, type: 'topic', text: cut(text, 400) } as AnyEvent,
      { ...head, seq: 7, type: 'invite', guest: memberOf('e'), guestNick: cut(text, 60) } as AnyEvent,
      { ...head, seq: 8, type: 'reaction', target: 1, emoji: cut(text, 20), did: 'added' } as AnyEvent,
      { ...head, seq: 9, type: 'edit', target: 1, text } as AnyEvent,
    ];
  };
  const exported = async (text: string, format: 'json' | 'text') => {
    const lines: string[] = [];
    for await (const line of exportLines(fakeClient(eventsOf(text)), named('general'), format))
      lines.push(line);
    return lines;
  };

  test('by an export as text: an event begins its own line, everything else is indented', async () => {
    for (const { name, text } of samples) {
      const lines = (await exported(text, 'text')).join('\n').split('\n');
      expect([name, lines.filter((line) => obeyed.test(line))]).toEqual([name, []]);
      const begun = lines.filter((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d /.test(line));
      expect([name, begun.length]).toEqual([name, 9]);
      expect([name, lines.filter((line) => !begun.includes(line) && !line.startsWith('    '))]).toEqual([
        name,
        [],
      ]);
    }
  });

  test('by an export as JSON: one object a line, whole', async () => {
    for (const { text } of samples) {
      const lines = await exported(text, 'json');
      for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ text: message(1, text).text });
    }
  });

  test('by plain mode', () => {
    for (const { name, text } of samples)
      for (const one of eventsOf(text)) {
        const line = plainLine(one) ?? '';
        expect([name, obeyed.test(line)]).toEqual([name, false]);
        for (const row of line.split('\n').slice(1)) expect(row).toMatch(/^ {6}\| /);
      }
  });
});
