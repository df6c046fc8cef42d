// What every log must do with edits, deletions and reactions, with replies and mentions, and what it answers about
// them: run on each store.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import type { EventBody, NewEvent } from '../../src/store/log.ts';
import type { Store } from '../../src/store/open.ts';
import { asDevice, asMember, asRoom, asSeq, event, fileNote, general } from './events.ts';
import { endOfTurn, listen, opened, roomy, stores, wholeRoom } from './opened.ts';

const ada = asMember(1);
const bob = asMember(2);
const other = asRoom('other');

/** The nth event, by this member on a device of its own. */
const by = (member: number, n: number, body: EventBody, wish: Partial<NewEvent> = {}) =>
  event(n, { member: asMember(member), device: asDevice(member), body, ...wish });
const said = (text: string): EventBody => ({ type: 'message', text });
const edit = (target: Seq, text: string): EventBody => ({ type: 'edit', target, text });
const deletion = (target: Seq): EventBody => ({ type: 'deletion', target });
const reaction = (target: Seq, emoji: string, did: 'added' | 'removed' = 'added'): EventBody => ({
  type: 'reaction',
  target,
  emoji,
  did,
});
const refusedAs = (code: string) => ({ status: 'rejected', reason: { code } });

/** Appends in turn, and waits until all is announced; gives the seqs. */
async function append({ log }: Store, events: readonly NewEvent[]): Promise<Seq[]> {
  const seqs: Seq[] = [];
  for (const one of events) seqs.push((await log.append(one)).seq);
  await endOfTurn();
  return seqs;
}
const first = (seqs: readonly Seq[]): Seq => seqs[0] ?? asSeq(0);

describe.each(stores)('changes in the %s log', (_name, open) => {
  /** A message by ada, announced. */
  const withMessage = async (text = 'first') => {
    const store = await opened(open);
    const target = first(await append(store, [by(1, 1, said(text))]));
    return { store, log: store.log, target };
  };

  describe('edits', () => {
    it('are read in the place of the text, the newest one, and the message keeps its place', async () => {
      const { store, log, target } = await withMessage();
      await append(store, [by(1, 2, said('behind'))]);
      const [, newest = asSeq(0)] = await append(store, [
        by(1, 3, edit(target, 'second')),
        by(1, 4, edit(target, 'third \u0000 日本語')),
      ]);
      const [message, behind] = await wholeRoom(store, general);
      const now = { text: 'third \u0000 日本語', edited: newest, changed: newest };
      expect(message).toMatchObject({ seq: target, body: said('first'), now });
      expect(behind).not.toHaveProperty('now');
      expect(await log.at(target)).toEqual(message);
      expect(await log.events([target])).toEqual([message]);
    });

    it('are announced as they were appended, and so is the message', async () => {
      const store = await opened(open);
      const told = listen(store);
      const [message, change] = await Promise.all([
        store.log.append(by(1, 1, said('first'))),
        store.log.append(by(1, 2, edit(asSeq(1), 'second'))),
      ]);
      await endOfTurn();
      expect(told.map(({ seq, body }) => [seq, body])).toEqual([
        [message.seq, said('first')],
        [change.seq, edit(asSeq(1), 'second')],
      ]);
      expect(told.some((one) => 'now' in one)).toBe(false);
    });

    it('by another member are refused, and change nothing', async () => {
      const { store, log, target } = await withMessage();
      const refused = await Promise.allSettled([log.append(by(2, 1, edit(target, 'mine now')))]);
      expect(refused).toMatchObject([refusedAs('no-such-event')]);
      expect((await wholeRoom(store, general))[0]).not.toHaveProperty('now');
    });

    it('by another device of the member are made', async () => {
      const { log, target } = await withMessage();
      await log.append(by(1, 1, edit(target, 'second'), { device: asDevice(9) }));
      await endOfTurn();
      expect((await log.at(target))?.now?.text).toBe('second');
    });

    it('can leave a file without words', async () => {
      const store = await opened(open);
      const file = fileNote('x');
      const target = first(await append(store, [by(1, 1, { type: 'message', text: 'look', file })]));
      await append(store, [by(1, 2, edit(target, ''))]);
      const [message] = await wholeRoom(store, general);
      expect(message).toMatchObject({ body: { file }, now: { text: '' } });
      expect(message?.now).not.toHaveProperty('isDeleted');
    });
  });

  describe('deletions', () => {
    it('leave where, when and by whom, and nothing of what was said', async () => {
      const store = await opened(open);
      const file = fileNote('x');
      const body = { type: 'message', text: 'secret', style: 'action', file } as const;
      const message = by(1, 1, body, { mentions: [bob] });
      const target = first(await append(store, [message]));
      await append(store, [by(1, 2, edit(target, 'secret too')), by(2, 1, reaction(target, '👍'))]);
      const gone = first(await append(store, [by(1, 3, deletion(target))]));
      const [left] = await wholeRoom(store, general);
      expect(left).toMatchObject({ seq: target, room: general, member: 1, device: 1, id: message.id });
      expect(left?.body).toEqual({ type: 'message', text: '', style: 'action' });
      expect(left?.now).toEqual({ text: '', isDeleted: true, changed: gone });
      expect(await store.log.quote(target)).toBeUndefined();
      expect(await store.log.file(file.sha256, 'all')).toBeUndefined();
      expect(await store.log.carries(ada, file.sha256)).toBe(false);
      expect(await store.log.mentionCount(bob, general, asSeq(0), 10)).toBe(0);
      expect((await store.log.mentions(bob, { rooms: [general], ...roomy })).events).toEqual([]);
    });

    it('by another member are refused', async () => {
      const { log, target } = await withMessage();
      await expect(log.append(by(2, 1, deletion(target)))).rejects.toMatchObject({ code: 'no-such-event' });
    });

    it('of a message from before it was edited and the edit at once: whichever is first decides', async () => {
      const { store, log, target } = await withMessage();
      const [gone, ...late] = await Promise.allSettled([
        log.append(by(1, 2, deletion(target))),
        log.append(by(1, 3, edit(target, 'too late'), { device: asDevice(9) })),
        log.append(by(1, 4, deletion(target), { device: asDevice(9) })),
        log.append(by(2, 1, reaction(target, '👍'))),
        log.append(by(2, 2, { type: 'message', text: 'about it', reply: target })),
      ]);
      expect(gone?.status).toBe('fulfilled');
      for (const answer of late) expect(answer).toMatchObject(refusedAs('no-such-event'));
      await endOfTurn();
      expect((await log.at(target))?.now).toMatchObject({ isDeleted: true, text: '' });
      expect(await wholeRoom(store, general)).toHaveLength(1);
    });

    it('leave a reply what it says', async () => {
      const { store, target } = await withMessage();
      await append(store, [by(2, 1, { type: 'message', text: 'yes', reply: target })]);
      await append(store, [by(1, 2, deletion(target))]);
      const [, answer] = await wholeRoom(store, general);
      expect(answer?.body).toEqual({ type: 'message', text: 'yes', reply: target });
    });
  });

  describe('reactions', () => {
    const reactionsOf = async ({ log }: Store, target: Seq) => (await log.at(target))?.now?.reactions;

    it('gather by emoji, in the order in which emoji and members came', async () => {
      const { store, target } = await withMessage();
      const bodies = [
        [2, '👍', 'added'],
        [3, '🎉', 'added'],
        [1, '👍', 'added'],
        [2, '👍', 'removed'],
        [2, '👍', 'added'],
      ] as const;
      const events = bodies.map(([member, emoji, did], n) =>
        by(member, n + 10, reaction(target, emoji, did)),
      );
      await append(store, events);
      expect(await reactionsOf(store, target)).toEqual([
        { emoji: '👍', by: [1, 2] },
        { emoji: '🎉', by: [3] },
      ]);
    });

    it('leave no emoji without members, and the last one leaves none', async () => {
      const { store, target } = await withMessage();
      await append(store, [by(2, 1, reaction(target, '👍')), by(2, 2, reaction(target, '🎉'))]);
      await append(store, [by(2, 3, reaction(target, '👍', 'removed'))]);
      expect(await reactionsOf(store, target)).toEqual([{ emoji: '🎉', by: [2] }]);
      const last = first(await append(store, [by(2, 4, reaction(target, '🎉', 'removed'))]));
      expect((await store.log.at(target))?.now).toEqual({ text: 'first', changed: last });
    });

    it('that change nothing are events all the same', async () => {
      const { store, log, target } = await withMessage();
      const told = listen(store);
      await append(store, [by(2, 1, reaction(target, '👍')), by(2, 2, reaction(target, '👍'))]);
      const none = first(await append(store, [by(3, 1, reaction(target, '🎉', 'removed'))]));
      expect(told).toHaveLength(3);
      expect(await reactionsOf(store, target)).toEqual([{ emoji: '👍', by: [2] }]);
      expect((await log.at(target))?.now?.changed).toBe(none);
    });

    it(`over ${limits.reactionsPerMessage} are refused, one that is there already is not`, async () => {
      const { store, log, target } = await withMessage();
      const many = Array.from({ length: limits.reactionsPerMessage }, (_, n) =>
        log.append(by(2 + (n >> 1), n, reaction(target, n % 2 ? '👍' : '🎉'))),
      );
      await Promise.all(many);
      const answers = await Promise.allSettled([
        log.append(by(900, 1, reaction(target, '👍'))),
        log.append(by(2, 901, reaction(target, '👍'))),
        log.append(by(2, 902, reaction(target, '👍', 'removed'))),
        log.append(by(900, 2, reaction(target, '👍'))),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'fulfilled',
        'fulfilled',
      ]);
      expect(answers[0]).toMatchObject(refusedAs('too-many'));
      await endOfTurn();
      const reactions = (await reactionsOf(store, target)) ?? [];
      expect(reactions.reduce((sum, { by }) => sum + by.length, 0)).toBe(limits.reactionsPerMessage);
    });
  });

  describe('what they may be about', () => {
    it('is a message of the same room, and nothing else', async () => {
      const store = await opened(open);
      const [join = asSeq(0), message = asSeq(0)] = await append(store, [
        by(1, 1, { type: 'join' }),
        by(1, 2, said('here')),
      ]);
      const change = first(await append(store, [by(1, 3, edit(message, 'there'))]));
      const wrong = [join, change, asSeq(999), asSeq(0)];
      let n = 10;
      for (const target of wrong) {
        const bodies: EventBody[] = [
          edit(target, 'x'),
          deletion(target),
          reaction(target, '👍'),
          { type: 'message', text: 'x', reply: target },
        ];
        const appends = bodies.map((body) => {
          n += 1;
          return store.log.append(by(1, n, body));
        });
        for (const answer of await Promise.allSettled(appends))
          expect(answer).toMatchObject(refusedAs('no-such-event'));
      }
      const elsewhere = store.log.append(by(1, 90, edit(message, 'x'), { room: other }));
      await expect(elsewhere).rejects.toMatchObject({ code: 'no-such-event' });
    });
  });

  describe('resends', () => {
    it('of each kind answer the first place, also when the target is gone by now', async () => {
      const store = await opened(open);
      const file = fileNote('x');
      const target = first(await append(store, [by(1, 1, said('first'))]));
      const events = [
        by(1, 2, edit(target, 'second')),
        by(2, 1, reaction(target, '👍')),
        by(2, 2, reaction(target, '👍', 'removed')),
        by(2, 3, { type: 'message', text: 'answer', reply: target, file }, { mentions: [ada] }),
        by(1, 3, { type: 'topic', text: 'talk' }),
        by(1, 4, { type: 'room', access: 'private', past: 'invited' }),
        by(1, 5, { type: 'invite', guest: bob }),
        by(1, 6, deletion(target)),
      ];
      const seqs = await append(store, events);
      const again = await Promise.all(
        [by(1, 1, said('first')), ...events].map((one) => store.log.append(one)),
      );
      expect(again.map(({ seq, isFirst }) => [seq, isFirst])).toEqual(
        [target, ...seqs].map((seq) => [seq, false]),
      );
    });

    it('with other content are refused while there is something to compare', async () => {
      const { store, log, target } = await withMessage();
      const another = first(await append(store, [by(1, 20, said('another'))]));
      await append(store, [
        by(1, 2, edit(target, 'second')),
        by(2, 1, reaction(target, '👍')),
        by(2, 2, { type: 'message', text: 'answer', reply: target }),
        by(1, 3, { type: 'room', access: 'private', past: 'invited' }),
      ]);
      const changed = [
        by(1, 1, said('other')),
        by(1, 1, { type: 'message', text: 'first', reply: another }),
        by(1, 2, edit(target, 'other')),
        by(1, 2, edit(another, 'second')),
        by(1, 2, deletion(target)),
        by(2, 1, reaction(target, '🎉')),
        by(2, 1, reaction(target, '👍', 'removed')),
        by(2, 2, said('answer')),
        by(2, 2, { type: 'message', text: 'answer', reply: another }),
        by(1, 3, { type: 'room', access: 'private', past: 'whole' }),
      ];
      const answers = await Promise.allSettled(changed.map((one) => log.append(one)));
      expect(
        answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : answer.status)),
      ).toEqual(changed.map(() => 'id-reused'));
    });

    it('of what is deleted compare what is left: room, kind and target', async () => {
      const { store, log, target } = await withMessage();
      const another = first(await append(store, [by(1, 20, said('another'))]));
      await append(store, [by(1, 2, edit(target, 'second')), by(1, 3, deletion(target))]);
      expect(await log.append(by(1, 1, said('whatever')))).toMatchObject({ seq: target, isFirst: false });
      expect(await log.append(by(1, 2, edit(target, 'whatever')))).toMatchObject({ isFirst: false });
      const wrong = [
        by(1, 1, said('first'), { room: other }),
        by(1, 1, { type: 'join' }),
        by(1, 2, edit(another, 'second')),
        by(1, 2, said('second')),
      ];
      const answers = await Promise.allSettled(wrong.map((one) => log.append(one)));
      for (const answer of answers) expect(answer).toMatchObject(refusedAs('id-reused'));
    });

    it('in one batch with the first are one event', async () => {
      const { store, log, target } = await withMessage();
      const body = reaction(target, '👍');
      const [once, again] = await Promise.all([log.append(by(2, 1, body)), log.append(by(2, 1, body))]);
      expect(once.isFirst).toBe(true);
      expect(again).toEqual({ ...once, isFirst: false });
      await endOfTurn();
      expect(await log.count(general, asSeq(0), 10)).toBe(1);
      expect(await wholeRoom(store, general)).toHaveLength(1);
    });
  });

  describe('pages', () => {
    const kinds = (events: readonly { readonly body: EventBody }[]) => events.map(({ body }) => body.type);

    it('have changes only where they are asked for, behind a cursor, in order, whatever the floors', async () => {
      const { store, log, target } = await withMessage();
      const [early = asSeq(0), , late = asSeq(0)] = await append(store, [
        by(1, 2, edit(target, 'second')),
        by(2, 1, said('between')),
        by(2, 2, reaction(target, '👍')),
      ]);
      const ask = { rooms: [general], take: 'oldest', ...roomy } as const;
      expect(kinds((await log.page(ask)).events)).toEqual(['message', 'message']);
      const all = await log.page({ ...ask, changesAfter: asSeq(0) });
      expect(kinds(all.events)).toEqual(['message', 'edit', 'message', 'reaction']);
      const floors = new Map([[general, log.tail]]);
      const some = await log.page({ ...ask, floors, changesAfter: early });
      expect(some.events.map(({ seq }) => seq)).toEqual([late]);
      const newest = await log.page({ ...ask, take: 'newest', limit: 3, changesAfter: asSeq(0) });
      expect(kinds(newest.events)).toEqual(['edit', 'message', 'reaction']);
      expect(newest.more).toBe(true);
      const bounded = await log.page({ ...ask, after: early, before: late, changesAfter: asSeq(0) });
      expect(kinds(bounded.events)).toEqual(['message']);
    });

    it('have of a deleted message the deletion, and no edit and no reaction', async () => {
      const { store, log, target } = await withMessage();
      const changes = [by(1, 2, edit(target, 'second')), by(2, 1, reaction(target, '👍'))];
      const seqs = await append(store, [...changes, by(1, 3, deletion(target))]);
      const ask = { rooms: [general], take: 'oldest', changesAfter: asSeq(0), ...roomy } as const;
      expect(kinds((await log.page(ask)).events)).toEqual(['message', 'deletion']);
      expect(await log.at(first(seqs))).toBeUndefined();
      expect(kinds(await log.events(seqs))).toEqual(['deletion']);
    });

    it('keep what is hidden of a room: what is at or below, and changes of it', async () => {
      const store = await opened(open);
      const [old = asSeq(0), open_ = asSeq(0)] = await append(store, [
        by(1, 1, said('old')),
        by(1, 2, said('new')),
      ]);
      await append(store, [
        by(1, 3, edit(old, 'old too')),
        by(1, 4, edit(open_, 'new too')),
        by(1, 5, said('elsewhere'), { room: other }),
      ]);
      const hidden = new Map([[general, old]]);
      const page = await store.log.page({
        rooms: [general, other],
        hidden,
        changesAfter: asSeq(0),
        take: 'oldest',
        ...roomy,
      });
      expect(page.events.map(({ body }) => ('target' in body ? body.target : body.type))).toEqual([
        'message',
        open_,
        'message',
      ]);
      const lines = await store.log.page({ rooms: [general], hidden, take: 'newest', ...roomy });
      expect(lines.events.map(({ seq }) => seq)).toEqual([open_]);
    });

    it('weigh messages as they read now, with quotes and reactions', async () => {
      const { store, log, target } = await withMessage('x'.repeat(1_000));
      await append(store, [by(1, 2, said('y'))]);
      const fits = async (bytesMax: number) => {
        const ask = { rooms: [general], take: 'oldest', limit: 10, bytesMax } as const;
        return (await log.page(ask)).events.length;
      };
      expect([await fits(1_600), await fits(1_601)]).toEqual([1, 2]);
      await append(store, [by(1, 3, edit(target, 'z'.repeat(2_000)))]);
      expect([await fits(2_600), await fits(2_601)]).toEqual([1, 2]);
      await append(store, [by(2, 1, reaction(target, '👍')), by(3, 1, reaction(target, '👍'))]);
      expect([await fits(2_652), await fits(2_653)]).toEqual([1, 2]);
      await append(store, [by(1, 4, deletion(target))]);
      expect([await fits(600), await fits(601)]).toEqual([1, 2]);
      await append(store, [by(1, 5, { type: 'message', text: '', reply: asSeq(target + 1) })]);
      expect([await fits(1_600), await fits(1_601)]).toEqual([2, 3]);
    });
  });

  describe('counts', () => {
    it('unread are messages of others, not deleted, counted no further than asked', async () => {
      const { store, log, target } = await withMessage();
      const mine = first(await append(store, [by(2, 1, said('mine'))]));
      const seqs = await append(store, [
        by(1, 2, said('one')),
        by(1, 3, { type: 'topic', text: 'topic' }),
        by(3, 1, { type: 'join' }),
        by(3, 2, said('two')),
        by(3, 3, said('elsewhere'), { room: other }),
        by(3, 4, reaction(target, '👍')),
        by(1, 4, edit(target, 'changed')),
      ]);
      const unread = (after: Seq, most = 100) => log.unread(general, bob, after, most);
      expect(await unread(asSeq(0))).toBe(3);
      expect(await unread(mine)).toBe(2);
      expect(await unread(asSeq(0), 2)).toBe(2);
      expect(await unread(log.tail)).toBe(0);
      expect(await log.unread(asRoom('none'), bob, asSeq(0), 9)).toBe(0);
      await append(store, [by(1, 9, deletion(first(seqs)))]);
      expect(await unread(asSeq(0))).toBe(2);
      expect(await log.count(general, asSeq(0), 100)).toBe(6);
    });

    it('mentions are found by member and room, in a page from the newest on', async () => {
      const store = await opened(open);
      const seqs = await append(store, [
        by(1, 1, said('@bob'), { mentions: [bob] }),
        by(1, 2, said('@bob @cyd'), { mentions: [bob, asMember(3)] }),
        by(1, 3, said('nobody')),
        by(1, 4, said('@bob there'), { mentions: [bob], room: other }),
        by(1, 5, said('@bob again'), { mentions: [bob] }),
      ]);
      const count = (after: Seq, most = 10) => store.log.mentionCount(bob, general, after, most);
      expect(await count(asSeq(0))).toBe(3);
      expect(await count(first(seqs))).toBe(2);
      expect(await count(asSeq(0), 1)).toBe(1);
      const rooms = [general, other, general];
      const all = await store.log.mentions(bob, { rooms, ...roomy });
      expect(all.events.map(({ seq }) => seq)).toEqual([seqs[0], seqs[1], seqs[3], seqs[4]]);
      expect(all.more).toBe(false);
      const page = await store.log.mentions(bob, { rooms, ...roomy, limit: 2, before: seqs[4] ?? asSeq(0) });
      expect([page.events.map(({ seq }) => seq), page.more]).toEqual([[seqs[1], seqs[3]], true]);
      const hidden = new Map([[general, seqs[1] ?? asSeq(0)]]);
      const seen = await store.log.mentions(bob, { rooms, hidden, ...roomy });
      expect(seen.events.map(({ seq }) => seq)).toEqual([seqs[3], seqs[4]]);
      expect((await store.log.mentions(bob, { rooms: [], ...roomy })).events).toEqual([]);
    });

    it('mentions are announced with the message, and stand in no reading', async () => {
      const store = await opened(open);
      const told = listen(store);
      await append(store, [by(1, 1, said('@bob'), { mentions: [bob] })]);
      expect(told[0]?.mentions).toEqual([bob]);
      expect((await wholeRoom(store, general))[0]).not.toHaveProperty('mentions');
      expect(await store.log.at(asSeq(1))).not.toHaveProperty('mentions');
      expect(await store.log.append(by(1, 1, said('@bob')))).toMatchObject({ isFirst: false });
    });
  });

  describe('single questions', () => {
    it('a quote is the beginning of the text as it is now, or the name of a file', async () => {
      const { store, log, target } = await withMessage('x'.repeat(300));
      const odd = `${'y'.repeat(limits.quoteChars - 1)}😀`;
      const file = fileNote('x', 'plan.pdf');
      const [long = asSeq(0), named = asSeq(0), join = asSeq(0)] = await append(store, [
        by(2, 1, said(odd)),
        by(2, 2, { type: 'message', text: '', file }),
        by(2, 3, { type: 'join' }),
      ]);
      expect(log.quote(target)).toEqual({ member: 1, text: 'x'.repeat(limits.quoteChars) });
      expect(log.quote(long)?.text).toBe('y'.repeat(limits.quoteChars - 1));
      expect(log.quote(named)).toEqual({ member: 2, text: 'plan.pdf' });
      await append(store, [by(1, 2, edit(target, 'short'))]);
      expect(log.quote(target)?.text).toBe('short');
      for (const seq of [join, asSeq(0), asSeq(999)]) expect(log.quote(seq)).toBeUndefined();
    });

    it('a time is found whatever its room, and past the end there is the next place', async () => {
      let clock = 0;
      const store = await opened(open, { now: () => clock });
      let n = 0;
      for (clock of [100, 100, 200, 400, 400]) {
        n += 1;
        await store.log.append(event(n));
      }
      clock = 500;
      await append(store, [by(2, 1, { type: 'join', isQuiet: true }, { room: other })]);
      const asked = [0, 100, 101, 200, 201, 400, 401, 500];
      const found = [];
      for (const at of asked) found.push(await store.log.seqAt(at));
      expect(found).toEqual([1, 1, 3, 3, 4, 4, 6, 6]);
      expect(await store.log.seqAt(501)).toBe(7);
      expect(await (await opened(open)).log.seqAt(1)).toBe(1);
    });

    it('the newest time of a room is that of its newest line', async () => {
      let clock = 100;
      const store = await opened(open, { now: () => clock });
      const target = first(await append(store, [by(1, 1, said('line'))]));
      clock = 200;
      await append(store, [by(1, 2, edit(target, 'edited')), by(2, 1, { type: 'join', isQuiet: true })]);
      clock = 300;
      await append(store, [by(1, 3, said('elsewhere'), { room: other })]);
      expect([store.log.lastAt(general), store.log.lastAt(other)]).toEqual([100, 300]);
      expect(store.log.lastAt(asRoom('none'))).toBeUndefined();
    });

    it('events come in rising order, each once, those that there are', async () => {
      const store = await opened(open);
      const seqs = await append(
        store,
        [1, 2, 3].map((n) => event(n)),
      );
      const asked = [asSeq(99), ...seqs.toReversed(), ...seqs];
      expect((await store.log.events(asked)).map(({ seq }) => seq)).toEqual(seqs);
      expect(await store.log.events([])).toEqual([]);
    });

    it('a file is carried by the members whose messages have it', async () => {
      const store = await opened(open);
      const file = fileNote('x');
      const target = first(await append(store, [by(1, 1, { type: 'message', text: '', file })]));
      expect(await store.log.carries(ada, file.sha256)).toBe(true);
      expect(await store.log.carries(bob, file.sha256)).toBe(false);
      await append(store, [by(2, 1, { type: 'message', text: '', file }), by(1, 2, deletion(target))]);
      expect(await store.log.carries(ada, file.sha256)).toBe(false);
      expect(await store.log.carries(bob, file.sha256)).toBe(true);
      expect((await store.log.file(file.sha256, 'all'))?.member).toBe(2);
    });

    it('after close none of them is answered', async () => {
      const { log } = await opened(open);
      await log.append(event(1));
      await log.close();
      const readings = [
        log.unread(general, bob, asSeq(0), 1),
        log.mentionCount(bob, general, asSeq(0), 1),
        log.mentions(bob, { rooms: [general], ...roomy }),
        log.seqAt(0),
        log.events([asSeq(1)]),
        log.carries(bob, fileNote('x').sha256),
      ];
      for (const reading of readings) await expect(reading).rejects.toMatchObject({ code: 'log-failed' });
      expect(() => log.quote(asSeq(1))).toThrow('cannot reach its log');
      expect(() => log.lastAt(general)).toThrow('cannot reach its log');
    });
  });
});
