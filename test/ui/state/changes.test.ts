// Edits, deletions and reactions on the messages at hand: whoever follows them sees what a fresh page would show.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutboxEntry, Saying } from '../../../src/client/client.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { AnyEvent, ChangeEvent, MessageEvent, Seq } from '../../../src/protocol/packet.ts';
import type { Action } from '../../../src/ui/state/actions.ts';
import { linesOf } from '../../../src/ui/state/lines.ts';
import type { MessageItem, State } from '../../../src/ui/state/state.ts';
import { update } from '../../../src/ui/state/update.ts';
import { openTimeline } from '../../../src/ui/state/view.ts';
import {
  came,
  clientEvent,
  memberOf,
  message,
  noon,
  online,
  past,
  postId,
  welcome,
} from '../../helpers/events.ts';
import { room, stateOf } from '../../helpers/screen.ts';

const run = (state: State, ...actions: readonly Action[]) => actions.reduce(update, state);
const start = run(stateOf(), welcome(), online, past('newest', []));

type Deed =
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'deletion' }
  | { readonly type: 'reaction'; readonly emoji: string; readonly did: 'added' | 'removed' };
const change = (seq: number, target: number, nick: string, deed: Deed): ChangeEvent => ({
  seq: seq as Seq,
  target: target as Seq,
  room,
  member: memberOf(nick),
  nick,
  at: noon + seq * 1_000,
  ...deed,
});
const edit = (seq: number, target: number, text: string, nick = 'bob') =>
  change(seq, target, nick, { type: 'edit', text });
const gone = (seq: number, target: number, nick = 'bob') => change(seq, target, nick, { type: 'deletion' });
const react = (
  seq: number,
  target: number,
  nick: string,
  emoji: string,
  did: 'added' | 'removed' = 'added',
) => change(seq, target, nick, { type: 'reaction', emoji, did });

const itemAt = (state: State, seq: number): MessageItem => {
  const item = openTimeline(state).log.find((one) => one.seq === seq);
  if (item?.is !== 'message') throw new Error(`no message ${seq}`);
  return item;
};

describe('what a change makes of its message', () => {
  const bobs = message(1, 'first');
  const answer = message(2, 'yes', {
    nick: 'carl',
    reply: 1 as Seq,
    quote: { member: memberOf('bob'), nick: 'bob', text: 'first' },
  });

  test('an edit is its text, and what quotes it says so too', () => {
    const state = run(start, came(bobs, answer, edit(3, 1, 'second')));
    expect(itemAt(state, 1)).toMatchObject({ text: 'second', edited: 3 });
    expect(itemAt(state, 2).reply).toEqual({ seq: 1, quote: { nick: 'bob', text: 'second' } });
  });

  test('of a deleted message nothing is left, nor in what quotes it', () => {
    const file = { name: 'secret.pdf', size: 1, sha256: 'a'.repeat(64) as never };
    const state = run(start, came({ ...bobs, file }, answer, react(3, 1, 'carl', '👍'), gone(4, 1)));
    expect(itemAt(state, 1)).toMatchObject({ text: '', isDeleted: true, reactions: [], calls: [] });
    expect(itemAt(state, 1).file).toBeUndefined();
    expect(itemAt(state, 2).reply).toEqual({ seq: 1 });
    expect(JSON.stringify([...state.timelines.values()])).not.toMatch(/secret|first/);
  });

  test('what comes late or again changes nothing: an older edit, an edit of what is gone, the same reaction', () => {
    const state = run(start, came(bobs, edit(4, 1, 'newest'), react(5, 1, 'carl', '👍')));
    const again = run(
      state,
      came(edit(3, 1, 'older')),
      came(edit(4, 1, 'newest')),
      came(react(5, 1, 'carl', '👍')),
    );
    expect(itemAt(again, 1)).toBe(itemAt(state, 1));
    const deleted = run(state, came(gone(6, 1)));
    expect(itemAt(run(deleted, came(edit(7, 1, 'back'), react(8, 1, 'carl', '🎉'))), 1)).toBe(
      itemAt(deleted, 1),
    );
  });

  test('nobody edits what another wrote', () => {
    const state = run(start, came(bobs, edit(3, 1, 'not mine', 'carl')));
    expect(itemAt(state, 1)).toMatchObject({ text: 'first', edited: 0 });
  });

  test('it is no line, counts nowhere, and a window that ends before the log gets it too', () => {
    const state = run(start, came(bobs, answer));
    const after = run(state, came(edit(3, 1, 'second')));
    expect(linesOf(after)).toHaveLength(linesOf(state).length);
    const timeline = openTimeline(after);
    expect([timeline.unseen, timeline.latest, timeline.last]).toEqual([0, 2, 2]);
  });

  test('topics, invitations and the room itself are told as lines', () => {
    const head = { room, member: memberOf('bob'), nick: 'bob', at: noon } as const;
    const state = run(
      start,
      came(
        { type: 'topic', seq: 1 as Seq, ...head, text: 'the plan' },
        { type: 'invite', seq: 2 as Seq, ...head, guest: memberOf('eve'), guestNick: 'eve' },
        { type: 'room', seq: 3 as Seq, ...head, access: 'private', past: 'whole' },
      ),
    );
    expect(linesOf(state).map(({ item }) => (item.is === 'news' ? item.text : item.is))).toEqual([
      'bob set the topic: the plan',
      'bob invited eve',
      'bob made the room private; who is invited reads all that was said',
    ]);
  });
});

/** Messages as a server tells them: what was posted, with what was done to it since. */
class Told {
  readonly #messages = new Map<number, MessageEvent>();

  add(event: MessageEvent): void {
    this.#messages.set(event.seq, event);
  }

  change(event: ChangeEvent): void {
    const held = this.#messages.get(event.target);
    if (!held || held.deleted) return;
    if (event.type === 'deletion') {
      const { reactions: _reactions, edited: _edited, ...rest } = held;
      this.#messages.set(held.seq, { ...rest, text: '', deleted: true, changed: event.seq });
    } else if (event.type === 'edit') {
      this.#messages.set(held.seq, { ...held, text: event.text, edited: event.seq, changed: event.seq });
    } else {
      const others = (held.reactions ?? []).map(({ emoji, by }) =>
        emoji === event.emoji ? { emoji, by: by.filter((one) => one !== event.member) } : { emoji, by },
      );
      const isThere = (held.reactions ?? []).some(
        ({ emoji, by }) => emoji === event.emoji && by.includes(event.member),
      );
      if (isThere === (event.did === 'added')) return;
      const added = others.some(({ emoji }) => emoji === event.emoji)
        ? others.map(({ emoji, by }) =>
            emoji === event.emoji ? { emoji, by: [...by, event.member] } : { emoji, by },
          )
        : [...others, { emoji: event.emoji, by: [event.member] }];
      const now = event.did === 'added' ? added : others;
      this.#messages.set(held.seq, {
        ...held,
        reactions: now.filter(({ by }) => by.length > 0),
        changed: event.seq,
      });
    }
  }

  page(): MessageEvent[] {
    return [...this.#messages.values()].map((event) => {
      const quoted = event.reply === undefined ? undefined : this.#messages.get(event.reply);
      if (event.deleted || !quoted || quoted.deleted) return event;
      return { ...event, quote: { member: quoted.member, nick: quoted.nick, text: quoted.text } };
    });
  }
}

const nicks = ['ada', 'bob', 'carl'];
const step = fc.record({
  what: fc.constantFrom('post', 'post', 'edit', 'delete', 'add', 'remove'),
  who: fc.constantFrom(...nicks),
  at: fc.nat({ max: 30 }),
  emoji: fc.constantFrom('👍', '🎉', '❤️'),
});

/** A history as a server would write it: authors alone edit and delete, replies and changes have a message to be about. */
const historyOf = (steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): AnyEvent[] => {
  const posts: MessageEvent[] = [];
  return steps.map(({ what, who, at, emoji }, index) => {
    const seq = index + 1;
    const target = posts[at % Math.max(1, posts.length)];
    if (what === 'post' || !target) {
      const reply = at % 3 === 0 && target ? { reply: target.seq } : {};
      const post = message(seq, `text ${seq} @ada`, { nick: who, ...reply });
      posts.push(post);
      return post;
    }
    if (what === 'edit') return edit(seq, target.seq, `edited ${seq}`, target.nick);
    if (what === 'delete') return gone(seq, target.seq, target.nick);
    return react(seq, target.seq, who, emoji, what === 'add' ? 'added' : 'removed');
  });
};

const isChange = (event: AnyEvent): event is ChangeEvent => 'target' in event;
/** Without the note of how far it is told: a reaction that changes nothing moves only that. */
const viewOf = (state: State) =>
  openTimeline(state).log.map((item) => (item.is === 'message' ? { ...item, changed: 0 } : item));

test('whoever follows a history sees what a fresh one is sent, however it is cut, and also where changes come twice', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.nat({ max: 60 }),
      fc.nat({ max: 12 }),
      (steps, cut, again) => {
        const told = new Told();
        const history = historyOf(steps).map((event) => {
          if (isChange(event)) told.change(event);
          else if (event.type === 'message') told.add(event);
          // A live reply comes with its quote as it is then.
          const live =
            event.type === 'message' ? told.page().find(({ seq }) => seq === event.seq) : undefined;
          return live ?? event;
        });
        const fresh = run(start, past('newest', told.page()));
        const live = run(start, ...history.map((event) => came(event)));
        expect(viewOf(live)).toEqual(viewOf(fresh));
        const inTwo = run(start, came(...history.slice(0, cut)), came(...history.slice(cut)));
        expect(viewOf(inTwo)).toEqual(viewOf(fresh));
        const repeated = history.filter(isChange).slice(-again);
        expect(viewOf(run(fresh, ...repeated.map((event) => came(event))))).toEqual(viewOf(fresh));
      },
    ),
    { numRuns: 300 },
  );
});

describe('what the reader does itself', () => {
  const entry = (number: number, saying: Saying, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
    id: postId(number),
    room,
    typedAt: noon,
    state: 'sending',
    saying,
    ...more,
  });
  const outbox = (...entries: readonly OutboxEntry[]) => clientEvent({ type: 'outbox', entries });
  const target = 1 as Seq;
  const mine = run(start, came(message(1, 'teh', { nick: 'ada' })));
  const shownAt = (state: State, seq: number) => {
    const item = linesOf(state).find(({ item }) => item.is === 'message' && item.seq === seq)?.item;
    if (item?.is !== 'message') throw new Error('not shown');
    return item;
  };

  test('is shown at once, and is the same once the log has it', () => {
    const saying = { kind: 'edit', target, text: 'the' } as const;
    const sent = run(mine, outbox(entry(9, saying)));
    expect(shownAt(sent, 1)).toMatchObject({ text: 'the', doing: { isUnderWay: true, refused: [] } });
    const event = edit(2, 1, 'the', 'ada');
    const acked = run(
      sent,
      clientEvent({ type: 'acked', entry: entry(9, saying), seq: 2 as Seq, at: noon, event }),
      outbox(),
    );
    expect(shownAt(acked, 1)).toMatchObject({ text: 'the', edited: 2 });
    expect(shownAt(acked, 1).doing).toBeUndefined();
  });

  test('is taken back with the reason where it is refused', () => {
    const error = new Refusal('no-such-event', 'it is gone');
    const saying = { kind: 'react', target, emoji: '🎉', did: 'added' } as const;
    const sent = run(mine, outbox(entry(9, saying)));
    expect(shownAt(sent, 1).reactions).toMatchObject([{ emoji: '🎉', isMine: true }]);
    const refused = run(sent, outbox(entry(9, saying, { state: 'failed', error })));
    expect(shownAt(refused, 1)).toMatchObject({
      reactions: [],
      doing: { refused: ['no reaction: it is gone'] },
    });
    expect(shownAt(run(refused, outbox()), 1)).toBe(shownAt(mine, 1));
  });

  test('is told as a line where the message is out of sight', () => {
    const error = new Refusal('no-such-event', 'it is gone');
    const saying = { kind: 'delete', target: 77 as Seq } as const;
    const refused = run(mine, outbox(entry(9, saying, { state: 'failed', error })));
    expect(linesOf(refused).at(-1)?.item).toMatchObject({ is: 'notice', text: 'not deleted: it is gone' });
    // Once, and not again with each change of the outbox.
    const again = run(refused, outbox(entry(9, saying, { state: 'failed', error }), entry(10, saying)));
    expect(linesOf(again)).toHaveLength(linesOf(refused).length);
  });

  test('an own reply has its quote before and after its ack', () => {
    const saying = { kind: 'post', text: 'yes', reply: target } as const;
    const state = run(start, came(message(1, 'well?')), outbox(entry(9, saying)));
    const quote = { nick: 'bob', text: 'well?' };
    expect(linesOf(state).at(-1)?.item).toMatchObject({ is: 'pending', reply: { seq: 1, quote } });
    const event = message(2, 'yes', { nick: 'ada', id: postId(9), reply: target });
    const acked = run(
      state,
      clientEvent({ type: 'acked', entry: entry(9, saying), seq: 2 as Seq, at: noon, event }),
    );
    expect(itemAt(acked, 2).reply).toEqual({ seq: 1, quote });
  });
});
