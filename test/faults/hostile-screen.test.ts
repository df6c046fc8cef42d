// The whole corpus through the real screen into a terminal: every record as a message, one of each class in every other
// place that shows foreign words. What the terminal does, and every cell that is not the message's own, is as with a
// harmless text.
import xterm from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/protocol/errors.ts';
import type { AnyEvent, MessageEvent, Seq } from '../../src/protocol/packet.ts';
import { layoutFor } from '../../src/ui/layout.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import { quoteView } from '../../src/ui/state/items.ts';
import { checkStream, type Emulated, type EscapeRecord, emulate } from '../corpus/check.mjs';
import {
  came,
  clientEvent,
  memberOf,
  message,
  noon,
  online,
  past,
  postId,
  roster,
  welcome,
} from '../helpers/events.ts';
import { openScreen, room, stateOf } from '../helpers/screen.ts';
import { byClass, escapes } from '../text/corpus.ts';

const size = { columns: 120, rows: 70 };
const { roomList, timeline } = layoutFor(stateOf(size), { composer: 1, popup: 0, composing: 0 });
/** Messages on one screen, so that 568 records are drawn in about as many seconds as classes would be. */
const perScreen = 12;

type Drawn = {
  readonly did: Omit<Emulated, 'screen'>;
  readonly foreign: readonly string[];
  /** Title, status and composer, and what stands beside the timeline. */
  readonly around: readonly string[];
  readonly body: readonly string[];
};

/** Each frame's actions are drawn before the next. */
async function draw(...frames: readonly (readonly Action[])[]): Promise<Drawn> {
  const screen = await openScreen(stateOf(size));
  await screen.act(welcome(), online, roster('ada', 'bob'), past('newest', []));
  for (const actions of frames) await screen.act(...actions);
  const lines = await screen.lines();
  const rooms = await screen.terminal.columnsOf(0, roomList);
  const people = await screen.terminal.columnsOf(roomList + timeline, size.columns);
  const middle = await screen.terminal.columnsOf(roomList, roomList + timeline);
  // Links of our own making, of http and https alone, are what they are made for; any other is counted.
  const raw = screen.terminal.raw.replaceAll(ownLink, '');
  const { screen: _, ...did } = await emulate(raw, { xterm, ...cells });
  const foreign = checkStream(raw).map(({ kind, body }) => `${kind} ${JSON.stringify(body)}`);
  await screen.close();
  const around = [lines[0] ?? '', ...lines.slice(-2), ...rooms.slice(1, -2), ...people.slice(1, -2)];
  return { did, foreign, around, body: middle.slice(1, -2).map((row) => row.trimEnd()) };
}

const ownLink = /\u001b\]8;;(?:https?:\/\/[!-~]+)?\u001b\\/g;
const cells = { cols: size.columns, rows: size.rows };
const authorRow = /^ (?:\d\d:\d\d| {5}) +(?:bob|carl) ?│/;
const continuedRow = /^ +│/;

/** Who wrote which row: rows of one message begin with the gutter, and no other row looks like an author's. */
function authors(body: readonly string[]): { readonly rows: number; readonly odd: readonly string[] } {
  const rows = body.filter((row) => row !== '' && !/^[ ─]*─{3}/.test(row));
  const odd = rows.filter((row) => !authorRow.test(row) && !continuedRow.test(row));
  return { rows: rows.filter((row) => authorRow.test(row)).length, odd };
}

/** The texts as messages, one after the other, each of another author than the one above. */
function talk(texts: readonly string[]): MessageEvent[] {
  return texts.map((text, index) => message(index + 1, text, { nick: index % 2 === 0 ? 'bob' : 'carl' }));
}

/**
 * Terminals do not agree on the columns of these (conjuncts, lone and same-letter regional indicators, hexagrams that
 * Unicode 16 made wide), and the emulator follows an older table: their own rows end elsewhere there.
 */
const disputed: ReadonlySet<string> = new Set([
  'zalgo/devanagari-conjunct',
  'emoji/regional-odd',
  'emoji/regional-1000',
  'width/yijing',
  'must-survive/hindi',
]);
const agreed = escapes.filter(({ name }) => !disputed.has(name));
const breaks = /\r\n?|[\n\u0085\u2028\u2029]/;
const short = agreed.filter(({ text }) => text.length <= 120 && text.split(breaks).length <= 4);
const long = agreed.filter((record) => !short.includes(record));
const batches = Array.from({ length: Math.ceil(short.length / perScreen) }, (_, at) =>
  short.slice(at * perScreen, (at + 1) * perScreen),
);

describe('every record as a message', () => {
  test('all 568 are drawn', () => {
    expect(short.length + long.length + disputed.size).toBe(568);
    expect(short.length).toBeGreaterThan(450);
  });

  const isSame = (hostile: Drawn, harmless: Drawn) => {
    expect(hostile.did).toEqual(harmless.did);
    expect(hostile.foreign).toEqual(harmless.foreign);
    expect(hostile.around).toEqual(harmless.around);
  };
  const lastOf = ({ body }: Drawn) => body.findLast((row) => row !== '');

  test('the short ones, a screen full at a time', { timeout: 60_000 }, async () => {
    const harmless = await draw([came(...talk(Array(perScreen).fill('harmless')))]);
    expect(authors(harmless.body)).toEqual({ rows: perScreen, odd: [] });
    for (const batch of batches) {
      const hostile = await draw([came(...talk(batch.map(({ text }) => text)))]);
      isSame(hostile, harmless);
      expect([batch[0]?.name, authors(hostile.body)]).toEqual([
        batch[0]?.name,
        { rows: batch.length, odd: [] },
      ]);
    }
  });

  test('the long ones, each between two harmless ones', { timeout: 60_000 }, async () => {
    const harmless = await draw([came(...talk(['before', 'harmless', 'after']))]);
    for (const { name, text } of long) {
      const hostile = await draw([came(...talk(['before', text, 'after']))]);
      isSame(hostile, harmless);
      expect([name, authors(hostile.body).odd]).toEqual([name, []]);
      expect([name, lastOf(hostile)]).toEqual([name, expect.stringMatching(/bob ?│ after$/)]);
    }
  });

  test('those of disputed width do nothing to the terminal, the title, the status and the composer', async () => {
    const texts = escapes.filter(({ name }) => disputed.has(name)).map(({ text }) => text);
    const harmless = await draw([came(...talk(texts.map(() => 'harmless')))]);
    const hostile = await draw([came(...talk(texts))]);
    expect(hostile.did).toEqual(harmless.did);
    expect(hostile.foreign).toEqual(harmless.foreign);
    expect(hostile.around.slice(0, 3)).toEqual(harmless.around.slice(0, 3));
  });

  test('those in parts, one message each', async () => {
    const parts = escapes.flatMap((record) => (record.parts === undefined ? [] : [record.parts]));
    expect(parts.length).toBeGreaterThan(10);
    for (const some of parts) {
      const harmless = await draw([came(...talk([...some.map(() => 'harmless'), 'after']))]);
      const hostile = await draw([came(...talk([...some, 'after']))]);
      isSame(hostile, harmless);
      expect(lastOf(hostile)).toBe(lastOf(harmless));
    }
  });
});

const places: Readonly<Record<string, (text: string) => readonly Action[]>> = {
  nick: (text) => [came(message(1, 'hi', { nick: text.slice(0, 128) || 'x' }))],
  'nick in the roster': (text) => [roster('ada', text.slice(0, 128) || 'x')],
  'a new nick': (text) => [presence({ nick: text.slice(0, 128) || 'x', was: text.slice(0, 127) || 'y' })],
  topic: (text) => [
    welcome({ rooms: [{ room, topic: text.slice(0, 400), members: 1, access: 'public', past: 'whole' }] }),
  ],
  'a quote': (text) => [
    came(
      message(1, 'x', {
        reply: 9 as Seq,
        quote: { member: memberOf('eve'), nick: text.slice(0, 128) || 'x', text },
      }),
    ),
  ],
  'an edit': (text) => [came(message(1, 'x')), came(changeOf({ type: 'edit', text }))],
  'a reaction': (text) => [
    came(message(1, 'x')),
    came(changeOf({ type: 'reaction', emoji: text.slice(0, 16) || 'x', did: 'added' })),
  ],
  'reactions that were there': (text) => [
    came(message(1, 'x', { reactions: [{ emoji: text.slice(0, 16) || 'x', by: [memberOf('eve')] }] })),
  ],
  'a code block': (text) => [came(message(1, `\`\`\`js\n${text}\n\`\`\``))],
  'a link': (text) => [
    came(message(1, `https://example.org/${text} [${text}](https://example.org/${text})`)),
  ],
  emphasis: (text) => [
    came(message(1, `**${text}** _${text}_ \`${text}\` ~~${text}~~\n> ${text}\n- ${text}`)),
  ],
  'an action': (text) => [came(message(1, text, { style: 'action' }))],
  'the topic as a line': (text) => [came({ ...headOf(2), type: 'topic', text: text.slice(0, 400) })],
  'an invitation': (text) => [
    came({ ...headOf(2), type: 'invite', guest: memberOf('eve'), guestNick: text.slice(0, 128) || 'x' }),
  ],
  'what is answered, above the composer': (text) => [
    came(message(1, text, { nick: text.slice(0, 128) || 'x' })),
    { type: 'choose', step: { by: -1 } },
    {
      type: 'compose',
      composing: {
        is: 'reply',
        room,
        seq: 1 as Seq,
        quote: quoteView({ nick: text.slice(0, 128) || 'x', text }),
      },
    },
    { type: 'compose', composing: undefined },
  ],
  'an own edit that is refused': (text) => [
    came(message(1, 'x')),
    clientEvent({ type: 'outbox', entries: [editOf(text)] }),
  ],
  'file name': (text) => [came(message(1, '', { file: fileOf(text) }))],
  'status of a transfer': (text) => [clientEvent({ type: 'transfer', transfer: transferOf(text) })],
  'reason of being offline': (text) => [
    clientEvent({ type: 'status', status: { is: 'waiting', until: noon, reason: text } }),
  ],
  'refusal of a post': (text) => [clientEvent({ type: 'outbox', entries: [entryOf(text)] })],
};

function presence(change: { readonly nick: string; readonly was: string }): Action {
  const person = { member: memberOf('bob'), state: 'online' as const, since: noon, rooms: [room], ...change };
  return clientEvent({ type: 'presence', presence: { kind: 'presence', online: 2, changes: [person] } });
}

function headOf(seq: number) {
  return { seq: seq as Seq, room, member: memberOf('bob'), nick: 'bob', at: noon };
}

type Deed = { type: 'edit'; text: string } | { type: 'reaction'; emoji: string; did: 'added' };
function changeOf(deed: Deed): AnyEvent {
  return { ...headOf(5), target: 1 as Seq, ...deed };
}

function editOf(text: string) {
  const error = new Refusal('not-allowed', text.slice(0, 400) || 'x');
  const saying = { kind: 'edit', target: 1 as Seq, text } as const;
  return { id: postId(2), room, saying, typedAt: noon, state: 'failed', error } as const;
}

function fileOf(name: string): NonNullable<MessageEvent['file']> {
  return { name: name.slice(0, 255) || 'x', size: 1, sha256: 'a'.repeat(64) as never };
}

function transferOf(name: string) {
  return { id: 1, direction: 'up', room, name, size: 9, step: 'moving', bytes: 1, speed: 1 } as const;
}

function entryOf(message: string) {
  const error = new Refusal('not-allowed', message);
  return {
    id: postId(1),
    room,
    saying: { kind: 'post', text: 'hi' },
    typedAt: noon,
    state: 'failed',
    error,
  } as const;
}

const samples: readonly EscapeRecord[] = byClass(escapes).flatMap(([, records]) => records.slice(0, 1));

describe('one record of each class in every other place', () => {
  test.each(Object.keys(places))('%s', async (name) => {
    const place = places[name] ?? (() => []);
    const harmless = await draw(...samples.map(() => place('harmless')));
    const hostile = await draw(...samples.map(({ text }) => place(text.slice(0, 2_000))));
    expect(hostile.did).toEqual(harmless.did);
    expect(hostile.foreign).toEqual(harmless.foreign);
    expect(hostile.around.at(2)).toBe('[#general] say something');
    expect(hostile.around.length).toBe(harmless.around.length);
  });
});
