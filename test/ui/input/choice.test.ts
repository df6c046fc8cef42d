// Keys with a message chosen, replies and edits in the composer, the picker, clicks: from the keyboard to what is said.
import { afterEach, describe, expect, test } from 'vitest';
import type { OutboxEntry } from '../../../src/client/client.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { AnyEvent, Seq } from '../../../src/protocol/packet.ts';
import { withCodes } from '../../../src/ui/commands/codes.ts';
import { choiceKeys } from '../../../src/ui/input/choice-keys.ts';
import { codesIn } from '../../../src/ui/text/inline.ts';
import { came, clientEvent, memberOf, message, noon, postId, room } from '../../helpers/events.ts';
import { type KeyedScreen, openKeyed } from '../../helpers/keyed-screen.ts';

const open: KeyedScreen[] = [];
afterEach(async () => {
  for (const screen of open.splice(0)) await screen.close();
});
const chat = async (...events: readonly AnyEvent[]): Promise<KeyedScreen> => {
  const screen = await openKeyed({ columns: 80, rows: 24 }, came(...events));
  open.push(screen);
  return screen;
};
const said = ({ client }: KeyedScreen) => client.said.map(({ saying }) => saying);
const composer = async (screen: KeyedScreen) => (await screen.lines()).at(-1);
const status = async (screen: KeyedScreen) => (await screen.lines()).at(-2);
const all = async (screen: KeyedScreen) => (await screen.lines()).join('\n');

const up = '\x1b[1;3A';
const esc = '\x1b';
const bobs = message(1, 'from bob **bold**');
const own = message(2, 'my own', { nick: 'ada' });
const deletion = (seq: number, target: number, nick: string): AnyEvent => ({
  type: 'deletion',
  seq: seq as Seq,
  room,
  member: memberOf(nick),
  nick,
  at: noon,
  target: target as Seq,
});

test('no key means two things', () => {
  const keys = choiceKeys.flatMap((choice) => choice.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

describe('an edit', () => {
  test('takes the text into the composer, Enter sends it, and the draft is back', async () => {
    const screen = await chat(bobs, own);
    await screen.press(`a draft${up}e`);
    expect(await composer(screen)).toBe('[#general] my own');
    expect(await status(screen)).toContain('editing');
    await screen.press(' text\r');
    expect(said(screen)).toEqual([{ kind: 'edit', target: 2, text: 'my own text' }]);
    expect(await composer(screen)).toBe('[#general] a draft');
  });

  test('Esc gives it up, and so does Ctrl-c; nothing is sent', async () => {
    for (const key of [esc, '\x03']) {
      const screen = await chat(bobs, own);
      await screen.press(`a draft${up}e more`);
      await screen.press(key);
      expect(await composer(screen)).toBe('[#general] a draft');
      expect(said(screen)).toEqual([]);
    }
  });

  test('what begins with a slash is no command then', async () => {
    const screen = await chat(message(1, '/usr/bin', { nick: 'ada' }));
    await screen.press(`${up}e/env\r`);
    expect(said(screen)).toEqual([{ kind: 'edit', target: 1, text: '/usr/bin/env' }]);
  });

  test('to nothing is refused, the text stays as it is; without a change nothing is sent', async () => {
    const screen = await chat(own);
    await screen.press(`${up}e\x15\r`);
    expect(await all(screen)).toContain('/delete deletes a message');
    expect(await status(screen)).toContain('editing');
    await screen.press('my own\r');
    expect(said(screen)).toEqual([]);
    expect(await composer(screen)).toBe('[#general] say something');
  });

  test('of what is gone meanwhile is refused, and the text stays', async () => {
    const screen = await chat(own);
    await screen.press(`${up}e!`);
    await screen.act(came(deletion(3, 2, 'ada')));
    await screen.press('\r');
    expect(await all(screen)).toContain('That message is gone');
    expect(await composer(screen)).toBe('[#general] my own!');
    expect(said(screen)).toEqual([]);
  });

  test('of what another wrote is none', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}e`);
    expect(await status(screen)).toContain('Only your own messages can be edited');
    expect(await composer(screen)).toBe('[#general] say something');
  });

  test('begins with what was typed, not with what is shown of it', async () => {
    const screen = await chat(message(1, 'a\tb', { nick: 'ada' }));
    await screen.press(`${up}ec\r`);
    expect(said(screen)).toEqual([{ kind: 'edit', target: 1, text: 'a\tbc' }]);
  });
});

describe('a reply', () => {
  test('is given up by Esc, the text stays; a long one answers once', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}rhello`);
    await screen.press(esc);
    expect(await composer(screen)).toBe('[#general] hello');
    await screen.press('\r');
    expect(said(screen)).toEqual([{ kind: 'post', text: 'hello' }]);
    screen.client.said.length = 0;
    await screen.press(`${up}r\x1b[200~${'x'.repeat(20_000)}\x1b[201~\r`);
    expect(said(screen).map((saying) => saying.kind === 'post' && saying.reply)).toEqual([1, undefined]);
  });

  test('of nothing to see is refused, and still a reply', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}r//\x7f\x7f\u3164\r`);
    expect(await status(screen)).toContain('reply to bob');
    expect(said(screen)).toEqual([]);
  });
});

describe('a deletion', () => {
  test('asks once', async () => {
    const screen = await chat(bobs, own);
    await screen.press(`${up}d`);
    expect(await status(screen)).toContain('d again deletes it');
    expect(said(screen)).toEqual([]);
    await screen.press('d');
    expect(said(screen)).toEqual([{ kind: 'delete', target: 2 }]);
  });

  test('any other key does not delete', async () => {
    const screen = await chat(bobs, own);
    await screen.press(`${up}dx`);
    expect(await status(screen)).toContain('r reply');
    await screen.press('d');
    expect(said(screen)).toEqual([]);
    await screen.press(`${esc}`);
    expect(await status(screen)).toContain('r reply');
  });
});

describe('the rest', () => {
  test('y copies what was typed', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}y`);
    expect(screen.copied).toEqual(['from bob **bold**']);
    expect(await status(screen)).toContain('Copied');
  });

  test('s saves a file, o opens it once it is there; without one they say so', async () => {
    const file = { name: 'plan.pdf', size: 3, sha256: 'a'.repeat(64) as never };
    const screen = await chat(bobs, message(3, '', { file }));
    const asked: unknown[] = [];
    screen.client.answer('download', async (what) => {
      asked.push(what);
      throw new Error('not in this test');
    });
    await screen.press(`${up}s`);
    expect(asked).toMatchObject([{ seq: 3, to: { folder: '/nowhere' } }]);
    expect(screen.store.get().chosen).toBeUndefined();
    await screen.press(`${up}o`);
    expect(asked).toMatchObject([{ seq: 3 }, { seq: 3 }]);
    await screen.press(`${up}\x1b[As`);
    expect(await status(screen)).toContain('There is no file in it');
    await screen.press('o');
    expect(await status(screen)).toContain('There is no link and no file in it');
    await screen.press('\r');
    expect(await status(screen)).toContain('It answers no other message');
  });

  test('typing does nothing to the composer, another key leaves and does what it does', async () => {
    const screen = await chat(bobs);
    await screen.press(`draft${up}xyz`);
    expect(await composer(screen)).toBe('[#general] draft');
    await screen.press('\x1b[H');
    expect(screen.store.get().chosen).toBeDefined();
    await screen.press('\x01');
    expect([screen.store.get().chosen, screen.store.get().editor.cursor]).toEqual([undefined, 0]);
  });

  test('the same reaction again takes it back', async () => {
    const screen = await chat(message(1, 'x', { reactions: [{ emoji: '🎉', by: [memberOf('ada')] }] }));
    await screen.press(`${up}+tada\r`);
    expect(said(screen)).toEqual([{ kind: 'react', target: 1, emoji: '🎉', did: 'removed' }]);
  });

  test('a search that finds no emoji says so, and Enter does nothing', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}+qqq\r`);
    expect(await status(screen)).toContain('“qqq” is no emoji');
    expect(said(screen)).toEqual([]);
    await screen.press('\x7f\x7f\x7f👻\r');
    expect(said(screen)).toMatchObject([{ emoji: '👻' }]);
  });

  test('Esc leaves the picker for the choice, and the choice for the composer', async () => {
    const screen = await chat(bobs);
    await screen.press(`${up}+`);
    await screen.press(esc);
    expect([screen.store.get().picker, screen.store.get().chosen?.key]).toEqual([undefined, 'e1']);
    await screen.press(esc);
    expect(screen.store.get().chosen).toBeUndefined();
  });

  test('a click chooses the message under it, and nothing where there is none', async () => {
    const screen = await chat(bobs, own);
    const rows = await screen.lines();
    const row = rows.findIndex((line) => line.includes('from bob')) + 1;
    await screen.press(`\x1b[<0;40;${row}M\x1b[<0;40;${row}m`);
    expect(screen.store.get().chosen?.key).toBe('e1');
    await screen.press(esc);
    for (const at of [1, 23, 24]) await screen.press(`\x1b[<0;40;${at}M`);
    await screen.press(`\x1b[<0;3;${row}M`);
    expect(screen.store.get().chosen).toBeUndefined();
  });
});

describe('commands', () => {
  const run = async (line: string, ...events: readonly AnyEvent[]) => {
    const screen = await chat(...events);
    await screen.press(`${line}\r`);
    return screen;
  };

  test.each([
    ['/reply yes', { kind: 'post', text: 'yes', reply: 1 }],
    ['/reply 2 well', { kind: 'post', text: 'well', reply: 2 }],
    ['/reply #1 12 of them', { kind: 'post', text: '12 of them', reply: 1 }],
    ['/edit other', { kind: 'edit', target: 2, text: 'other' }],
    ['/delete', { kind: 'delete', target: 2 }],
    ['/react :tada:', { kind: 'react', target: 1, emoji: '🎉', did: 'added' }],
    ['/react 👍 2', { kind: 'react', target: 2, emoji: '👍', did: 'added' }],
    ['/react ❤', { kind: 'react', target: 1, emoji: '❤️', did: 'added' }],
    ['/shrug', { kind: 'post', text: '¯\\_(ツ)_/¯' }],
    ['/shrug who knows', { kind: 'post', text: 'who knows ¯\\_(ツ)_/¯' }],
    ['/me is :tada: glad', { kind: 'post', text: 'is 🎉 glad', style: 'action' }],
    ['done :+1:', { kind: 'post', text: 'done 👍' }],
  ])('%j says %j', async (line, saying) => {
    expect(said(await run(line, bobs, own))).toEqual([saying]);
  });

  test('/edit alone puts the last own message into the composer', async () => {
    expect(await composer(await run('/edit', bobs, own))).toBe('[#general] my own');
  });

  test('/select is Alt-Up', async () => {
    expect((await run('/select', bobs, own)).store.get().chosen?.key).toBe('e2');
  });

  test.each([
    ['/reply', 'What do you answer?'],
    ['/reply 77 what', 'Message 77 is not in sight'],
    ['/react', 'With what?'],
    ['/react zz', '“zz” is no emoji'],
    ['/react :nothing-known:', 'is no emoji'],
    ['/react ab 👍', 'With what?'],
    ['/delete 1', 'Only your own messages can be deleted'],
    ['/delete that', 'Which message?'],
    ['/edit #1 mine now', 'Only your own messages can be edited'],
  ])('%j is refused with a sentence, and stays in the composer', async (line, sentence) => {
    const screen = await run(line, bobs, own);
    expect((await all(screen)).replaceAll(/\s+│?\s*/g, ' ')).toContain(sentence);
    expect(await composer(screen)).toBe(`[#general] ${line}`);
    expect(said(screen)).toEqual([]);
  });

  test.each(['/reply yes', '/edit other', '/delete', '/react :tada:'])(
    '%j where nothing was said: no message is chosen',
    async (line) => {
      const screen = await run(line);
      expect((await all(screen)).replaceAll(/\s+│?\s*/g, ' ')).toContain('No message is chosen');
      expect(await composer(screen)).toBe(`[#general] ${line}`);
    },
  );

  test('/edit of what is gone', async () => {
    const screen = await run('/edit #2 x', bobs, own, deletion(3, 2, 'ada'));
    expect(await all(screen)).toContain('That message is gone');
  });
});

test('Alt-r tries again what was refused, also an edit, and Alt-x takes it away', async () => {
  const screen = await chat(own);
  const saying = { kind: 'edit', target: 2 as Seq, text: 'x' } as const;
  const entry = {
    id: postId(9),
    room,
    typedAt: noon,
    state: 'failed',
    error: new Refusal('closing', 'no'),
    saying,
  } as const;
  await screen.act(clientEvent({ type: 'outbox', entries: [entry] }));
  expect(await all(screen)).toMatch(/ada✗│ my own/);
  expect(await all(screen)).toContain('not edited: no');
  await screen.press('\x1br\x1bx');
  expect(screen.client.asked).toEqual([
    ['retry', postId(9)],
    ['drop', postId(9)],
  ]);
});

describe('short codes', () => {
  test('Tab completes them, the emoji beside', async () => {
    const screen = await chat(bobs);
    await screen.press('nice :tad\t');
    expect(await composer(screen)).toBe('[#general] nice :tada:');
    await screen.press('\x15nice :thum\t');
    expect(await composer(screen)).toBe('[#general] nice :thumbsup:');
    expect((await screen.lines()).slice(-4, -2)).toEqual([' › :thumbsup:  👍', '   :thumbsdown:  👎']);
  });

  test.each([
    ['10:tada:20', '10:tada:20'],
    [':tada', ':tada'],
    ['::tada::', '::tada::'],
    ['`:tada:` :tada:', '`:tada:` 🎉'],
    ['```\n:tada:\n```\n:tada:', '```\n:tada:\n```\n🎉'],
    ['(:tada:)', '(🎉)'],
    [':no_such_code:', ':no_such_code:'],
  ])('%j is sent as %j', (typed, sent) => {
    expect(withCodes(typed)).toBe(sent);
  });

  test('codes are looked for outside of code', () => {
    expect(codesIn('a `b` c').map(({ start, end }) => [start, end])).toEqual([[2, 5]]);
  });
});

describe('what is not sent yet', () => {
  const entries = (state: OutboxEntry['state'], saying: Partial<OutboxEntry['saying']> = {}) =>
    [
      {
        id: postId(9),
        room,
        typedAt: noon,
        state,
        saying: { kind: 'post', text: 'newest', ...saying } as const,
      },
    ] as const;
  const unsent = async (...given: Parameters<typeof entries>) => {
    const screen = await chat(bobs, own);
    const event = { type: 'outbox', entries: entries(...given) as readonly OutboxEntry[] } as const;
    screen.client.tell(event);
    await screen.act(clientEvent(event));
    return screen;
  };

  test('and is on its way is neither edited nor deleted, nor is an older one; the line stays', async () => {
    for (const line of ['/edit', '/edit other', '/delete']) {
      const screen = await unsent('sending');
      await screen.press(`${line}\r`);
      expect(await all(screen)).toContain('That message is still on its way; try again when');
      expect(await composer(screen)).toBe(`[#general] ${line}`);
      expect([said(screen), screen.client.asked]).toEqual([[], []]);
    }
  });

  test('is taken back into the composer by /edit, as it was typed, and dropped by /delete', async () => {
    for (const state of ['queued', 'failed'] as const) {
      const screen = await unsent(state, { text: '/edit', reply: 1 as Seq });
      await screen.press('/edit\r');
      expect(await composer(screen)).toBe('[#general] //edit');
      expect(await status(screen)).toContain('reply to bob');
      expect(screen.client.asked.filter(([name]) => name === 'drop')).toEqual([['drop', postId(9)]]);
      const other = await unsent(state);
      await other.press('/delete\r');
      expect(other.client.asked.filter(([name]) => name === 'drop')).toEqual([['drop', postId(9)]]);
      expect([said(screen), said(other)]).toEqual([[], []]);
    }
  });

  test('is waited for by /react and /reply, and choosing says that it is passed over', async () => {
    const screen = await unsent('queued');
    await screen.press('/react :tada:\r');
    expect(await composer(screen)).toBe('[#general] /react :tada:');
    await screen.press('\x15/reply yes\r');
    expect(await composer(screen)).toBe('[#general] /reply yes');
    expect(said(screen)).toEqual([]);
    await screen.press(`\x15${up}`);
    expect(await status(screen)).toContain('Your last message is not sent yet');
  });
});
