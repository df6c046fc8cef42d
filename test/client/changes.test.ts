// What a change makes of its message, when it comes once, again, late, or more often than there can be.
import { describe, expect, test } from 'vitest';
import { changed } from '../../src/client/changes.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { ChangeEvent, MemberId, MessageEvent, Seq } from '../../src/protocol/packet.ts';
import { memberOf, message, noon, room } from '../helpers/events.ts';

const change = (seq: number, nick: string, more: object) =>
  ({
    seq: seq as Seq,
    target: 1 as Seq,
    room,
    member: memberOf(nick),
    nick,
    at: noon,
    ...more,
  }) as ChangeEvent;
const reaction = (seq: number, nick: string, did: 'added' | 'removed', emoji = '👍') =>
  change(seq, nick, { type: 'reaction', emoji, did });
const applied = (changes: readonly ChangeEvent[], from: MessageEvent = message(1, 'first')) =>
  changes.reduce(changed, from);

describe('changes', () => {
  test('that a message shows already change nothing, in whatever order people had reacted', () => {
    const all = [
      reaction(2, 'ada', 'added'),
      reaction(3, 'bob', 'added'),
      reaction(4, 'ada', 'removed'),
      reaction(5, 'ada', 'added'),
      change(6, 'bob', { type: 'edit', text: 'second' }),
    ];
    const once = applied(all);
    expect(once).toMatchObject({ text: 'second', edited: 6, changed: 6 });
    expect(once.reactions).toEqual([{ emoji: '👍', by: [memberOf('bob'), memberOf('ada')] }]);
    // As after a page that was ahead of what is then told.
    for (let from = 0; from < all.length; from += 1) expect(applied(all.slice(from), once)).toBe(once);
  });

  test('behind a deletion there are none, and what it left says who, when and what was answered', () => {
    const more = {
      style: 'action',
      reply: 9 as Seq,
      quote: { member: memberOf('eve'), nick: 'eve', text: 'q' },
    } as const;
    const gone = applied([change(3, 'bob', { type: 'deletion' })], message(1, 'first', more));
    expect(gone).toEqual({
      ...message(1, '', { style: 'action', reply: 9 as Seq }),
      deleted: true,
      changed: 3,
    });
    expect(
      applied([change(4, 'bob', { type: 'edit', text: 'again' }), reaction(5, 'ada', 'added')], gone),
    ).toBe(gone);
  });

  test('of another message change nothing', () => {
    const one = message(2, 'other');
    expect(changed(one, reaction(3, 'ada', 'added'))).toBe(one);
  });

  test('of a server that keeps no bound do not make a message grow for ever', () => {
    const many = Array.from({ length: limits.reactionsPerMessage + 5 }, (_, n) => ({
      ...reaction(n + 2, 'ada', 'added', n % 2 ? '👍' : '🎉'),
      member: n as MemberId,
    }));
    const count = applied(many).reactions?.reduce((sum, { by }) => sum + by.length, 0);
    expect(count).toBe(limits.reactionsPerMessage);
  });
});
