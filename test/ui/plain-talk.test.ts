// Replies, edits, deletions and reactions as plain lines, and the commands that act on what was printed.
import { expect, test } from 'vitest';
import type { OutboxEntry } from '../../src/client/client.ts';
import type { AnyEvent, Seq } from '../../src/protocol/packet.ts';
import type { CommandContext } from '../../src/ui/commands/command.ts';
import { runInput } from '../../src/ui/commands/run.ts';
import { PlainView } from '../../src/ui/plain-view.ts';
import { greeting, memberOf, message, noon, postId, room } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { byClass, escapes } from '../text/corpus.ts';

const view = async () => {
  const lines: string[] = [];
  const client = fakeClient();
  Object.assign(client, { welcome: greeting });
  const plain = new PlainView({
    client,
    room,
    own: 'printed',
    print: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    now: () => noon,
  });
  await plain.open(room);
  const come = (...events: readonly AnyEvent[]) =>
    plain.tell({ type: 'events', events: [...events], gaps: [], isLive: true });
  const told = () => lines.splice(0).filter((line) => !line.startsWith('---'));
  const context = {
    client,
    talk: plain.talk,
    room: () => room,
    notice: (text: string) => plain.notice(text),
  } as Partial<CommandContext> as CommandContext;
  return { client, come, told, run: (line: string) => runInput(context, line) };
};

const head = (seq: number, nick: string) => ({
  seq: seq as Seq,
  room,
  member: memberOf(nick),
  nick,
  at: noon,
});
const target = 1 as Seq;

test('each change is one readable line that says what it is about', async () => {
  const { come, told } = await view();
  const quote = { member: memberOf('bob'), nick: 'bob', text: 'shall we?' };
  come(
    message(1, 'shall we?'),
    message(2, 'yes', { nick: 'carl', reply: target, quote }),
    { type: 'reaction', ...head(3, 'carl'), target, emoji: '🎉', did: 'added' },
    { type: 'reaction', ...head(4, 'carl'), target, emoji: '🎉', did: 'removed' },
    { type: 'edit', ...head(5, 'bob'), target, text: 'shall we go?' },
    { type: 'deletion', ...head(6, 'bob'), target },
    { type: 'reaction', ...head(7, 'carl'), target: 99 as Seq, emoji: '👍', did: 'added' },
  );
  expect(told()).toEqual([
    '12:00 <bob> shall we?',
    '12:00 <carl> [to bob: shall we?] yes',
    '12:00 -- carl reacted 🎉 to “shall we?” (bob, 12:00)',
    '12:00 -- carl took 🎉 back from “shall we?” (bob, 12:00)',
    '12:00 -- bob edited “shall we?” (bob, 12:00): shall we go?',
    '12:00 -- bob deleted a message (bob, 12:00)',
    '12:00 -- carl reacted 👍 to message 99',
  ]);
});

test('commands act on what was printed; /select lists it with numbers', async () => {
  const { client, come, told, run } = await view();
  come(message(1, 'shall we?'), message(2, 'mine', { nick: 'ada' }));
  told();
  await run('/select');
  expect(told().join('\n')).toMatch(/1 {2}bob: shall we\?\n.*2 {2}ada: mine/);
  await run('/reply 1 yes');
  await run('/react :tada:');
  await run('/edit ours');
  await run('/delete 2');
  expect(client.said.map(({ saying }) => saying)).toEqual([
    { kind: 'post', text: 'yes', reply: 1 },
    { kind: 'react', target: 1, emoji: '🎉', did: 'added' },
    { kind: 'edit', target: 2, text: 'ours' },
    { kind: 'delete', target: 2 },
  ]);
  come({ type: 'reaction', ...head(3, 'ada'), target, emoji: '🎉', did: 'added' });
  await run('/react :tada:');
  expect(client.said.at(-1)?.saying).toMatchObject({ did: 'removed' });
  told();
  expect(await run('/edit')).toBe('refused');
  expect(told()).toEqual(['Type /edit and the new text behind it.']);
});

test('what is not sent yet is what a command without a number is about, never an older message', async () => {
  const { client, come, told, run } = await view();
  come(message(1, 'from bob'), message(2, 'older', { nick: 'ada' }));
  const unsent = (state: OutboxEntry['state']) => {
    const entry = {
      id: postId(9),
      room,
      typedAt: noon,
      state,
      saying: { kind: 'post', text: 'newest' },
    } as const;
    client.tell({ type: 'outbox', entries: [entry] });
    told();
  };
  for (const line of ['/edit other', '/edit', '/delete']) {
    unsent('sending');
    expect(await run(line)).toBe('refused');
    expect(told()).toEqual(['That message is still on its way; try again when it is there.']);
  }
  for (const state of ['sending', 'queued', 'failed'] as const) {
    unsent(state);
    expect(await run('/react :tada:')).toBe('refused');
    expect(await run('/reply yes')).toBe('refused');
    expect(told()[0]).toMatch(/^Your last message (is still on its way|was not sent)/);
  }
  expect([client.said, client.asked]).toEqual([[], []]);
  unsent('queued');
  expect(await run('/edit')).toBe('refused');
  expect(client.asked).toEqual([]);
  expect(await run('/delete')).toBe('taken');
  expect(client.asked).toEqual([['drop', postId(9)]]);
  expect(await run('/edit  ')).toBe('refused');
  expect(await run('/edit other')).toBe('taken');
  expect(client.asked).toHaveLength(2);
  expect(client.said.map(({ saying }) => saying)).toEqual([{ kind: 'post', text: 'other' }]);
  // By its number an older one is still within reach.
  await run('/delete 2');
  expect(client.said.at(-1)?.saying).toEqual({ kind: 'delete', target: 2 });
});

test('nothing hostile is in such a line, and each is one', async () => {
  const { come, told } = await view();
  for (const [, [record]] of byClass(escapes)) {
    const text = record?.text.slice(0, 2_000) ?? '';
    const quote = { member: memberOf('bob'), nick: text.slice(0, 100) || 'x', text };
    come(message(1, text, { nick: text.slice(0, 100) || 'x' }));
    come(message(2, 'x', { reply: target, quote }));
    come({ type: 'reaction', ...head(3, 'bob'), target, emoji: text.slice(0, 16) || 'x', did: 'added' });
    come({ type: 'edit', ...head(4, 'bob'), target, text });
    for (const line of told()) {
      expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      expect(
        line
          .split('\n')
          .slice(1)
          .every((row) => row.startsWith('      | ')),
      ).toBe(true);
    }
  }
});
