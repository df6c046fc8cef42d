// Who waits and who goes when many log in at once: the table by itself, with guests that only count, and a clock of ours.
import { expect, test } from 'vitest';
import { type CutWhy, type Guest, HalfOpen } from '../../src/net/half-open.ts';
import { Rounds } from '../../src/net/rounds.ts';
import { limits } from '../../src/protocol/limits.ts';
import { nextTurn } from './pair.ts';

type Counted = Guest & { readonly cuts: CutWhy[]; begun: number; bytes: number; answered: boolean };

function door() {
  const rounds = new Rounds();
  const table = new HalfOpen(limits, rounds);
  const guest = (block: string): Counted => {
    const counted: Counted = {
      block,
      cuts: [],
      begun: 0,
      bytes: 0,
      answered: false,
      bytesRead: () => counted.bytes,
      isAnswered: () => counted.answered,
      begin: () => {
        counted.begun += 1;
      },
      cut: (why) => {
        counted.cuts.push(why);
        table.leave(counted);
      },
    };
    table.enter(counted);
    return counted;
  };
  const guests = (count: number, blockOf: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => guest(blockOf(n)));
  const advance = async (ms: number) => {
    rounds.advance(ms);
    await nextTurn();
  };
  return { table, guest, guests, advance };
}

test('one over the places of an address waits, and begins when one of them is greeted', () => {
  const { table, guests, guest } = door();
  const [first] = guests(limits.halfOpenPerAddress, () => 'a');
  const late = guest('a');
  expect(late.begun).toBe(0);
  expect(table.counts).toEqual({ halfOpen: limits.halfOpenPerAddress, waiting: 1 });
  if (first !== undefined) table.leave(first);
  expect(late.begun).toBe(1);
});

test('one over the places of all waits, from whichever address', () => {
  const { table, guests, guest } = door();
  guests(limits.halfOpen, (n) => `block ${n}`);
  expect(guest('another').begun).toBe(0);
  expect(table.counts).toEqual({ halfOpen: limits.halfOpen, waiting: 1 });
});

test('one over what may wait of an address: its oldest goes', () => {
  const { guests, guest } = door();
  const all = guests(limits.halfOpenPerAddress + limits.halfOpenWaitingPerAddress, () => 'a');
  const late = guest('a');
  const oldest = all[limits.halfOpenPerAddress];
  expect(all.filter(({ cuts }) => cuts.length > 0)).toEqual([oldest]);
  expect(oldest?.cuts).toEqual(['half-open-full']);
  expect(late.cuts).toEqual([]);
});

test('one over what may wait of all: the oldest of the busiest address goes', () => {
  const { table, guests, guest } = door();
  guests(limits.halfOpen, (n) => `placed ${n}`);
  const busy = guests(10, () => 'busy');
  guests(limits.halfOpenWaiting - 10, (n) => `waiting ${n}`);
  expect(table.counts.waiting).toBe(limits.halfOpenWaiting);
  const late = guest('late');
  expect(busy.map(({ cuts }) => cuts.length)).toEqual([1, ...Array(9).fill(0)]);
  expect(late.cuts).toEqual([]);
  expect(table.counts.waiting).toBe(limits.halfOpenWaiting);
});

test('who has sent its packet is given the time of our answer, and not a millisecond more', async () => {
  const { guests, guest, advance } = door();
  const placed = guests(limits.halfOpenPerAddress, () => 'a');
  for (const one of placed) one.answered = true;
  const late = guest('a');
  await advance(1);
  await advance(limits.halfOpenSilenceMs + 1);
  expect(placed.flatMap(({ cuts }) => cuts)).toEqual([]);
  await advance(limits.halfOpenAnswerMs);
  expect(placed.flatMap(({ cuts }) => cuts)).toContain('half-open-full');
  expect(late.begun).toBe(1);
});

test('who waits for a place longer than a handshake may take is let go', async () => {
  const { guests, guest, advance } = door();
  const placed = guests(limits.halfOpenPerAddress, () => 'a');
  const late = guest('a');
  for (let ms = 0; ms < limits.handshakeMs; ms += 500) {
    for (const one of placed) one.bytes += 1;
    expect(late.cuts).toEqual([]);
    await advance(500);
  }
  expect([...late.cuts, ...placed.flatMap(({ cuts }) => cuts)]).toContain('handshake-slow');
});
