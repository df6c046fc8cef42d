// What is found, newest first: block by block from the end of the log, the sets of all that is looked for are
// intersected, the ones that cost least first. A reader's rooms are sets as well, so what it may not read is never
// even counted. Runs in the worker (search-worker.ts).
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { tokensOf, wantedOf } from '../tokens.ts';
import {
  addAll,
  addBlob,
  type Bits,
  between,
  blockOf,
  blockSeqs,
  descending,
  keepBoth,
  none,
} from './search-bits.ts';
import { blocksIn, mark, type SearchIndex } from './search-index.ts';
import { type SearchSource, textOf } from './search-source.ts';

/** A search as it goes to the worker: plain values. */
export type Asked = {
  readonly words: readonly string[];
  readonly from?: number;
  readonly hasFile?: true;
  /** Rooms, and from where on they may be read (exclusive). */
  readonly rooms: ReadonlyMap<string, number>;
  readonly after: number;
  readonly before: number;
  readonly limit: number;
};

export type Matches = { readonly seqs: readonly number[]; readonly more: boolean };

export class TookTooLong extends Error {}

/** Of so few rooms each is looked up; of more, those that a block has. */
const roomsLookedUp = 16;

/** Where tokens are in one block, in memory or in the file. */
type Block = {
  token(token: string, into: Bits): void;
  prefix(prefix: string, each: (token: string, add: (into: Bits) => void) => void): void;
};

/** Throws `TookTooLong` past `deadline` (`performance.now()`). */
export function prepareMatching(search: DatabaseSync, index: SearchIndex, source: SearchSource) {
  const stored = prepareBlocks(search);
  const blocksOf = prepareChoice(search);
  return (asked: Asked, deadline: number): Matches => {
    const wanted = wantedOf(asked.words.join(' '));
    const terms = termsOf(asked, wanted);
    const runs = wanted
      .filter(({ tokens }) => tokens.length > 1)
      .map(({ tokens }) => ` ${tokens.join(' ')} `);
    const isRight = (seq: number) => runs.length === 0 || hasRuns(source, seq, runs);
    const seqs: number[] = [];
    const newest = index.newest.block;
    const first = Math.min(newest, blockOf(Math.max(0, asked.before - 1)));
    for (const block of falling(first, blockOf(asked.after + 1), newest, blocksOf(asked, wanted))) {
      if (performance.now() > deadline) throw new TookTooLong('the search took too long');
      const place = block === newest ? inMemory(index.newest.postings) : stored(block);
      const bits = between(block, asked.after, asked.before);
      if (!terms.every((term) => keepBoth(bits, term(place, block)))) continue;
      for (const one of descending(bits)) {
        const seq = block * blockSeqs + one;
        if (!isRight(seq)) continue;
        if (seqs.length === asked.limit) return { seqs, more: true };
        seqs.push(seq);
      }
    }
    return { seqs, more: false };
  };
}

/** From `first` down to `last`: the chosen ones, and the newest, which is in memory. */
function* falling(
  first: number,
  last: number,
  newest: number,
  chosen: ReadonlySet<number> | undefined,
): Generator<number> {
  if (chosen === undefined) {
    for (let block = first; block >= last; block -= 1) yield block;
    return;
  }
  const blocks = [...new Set([...chosen, newest])].filter((block) => block >= last && block <= first);
  yield* blocks.sort((one, other) => other - one);
}

/** A beginning of more tokens than these is in most blocks: to look them up would cost more than to look there. */
const tokensLookedUp = 256;
/** Shorter ones surely have as many. */
const beginningMin = 3;

/** The blocks where all that is looked for can be; `undefined`: any. */
function prepareChoice(search: DatabaseSync) {
  const one = search.prepare('SELECT blocks FROM tokens WHERE token = ?');
  const begun = search.prepare(
    'SELECT blocks FROM tokens WHERE token >= ?1 AND token < ?1 || char(0x10ffff) LIMIT ?2',
  );
  const ofTokens = (tokens: readonly string[]): Set<number> =>
    new Set(tokens.flatMap((token) => blocksIn(one.get(token)?.blocks ?? new Uint8Array())));
  const ofBeginning = (beginning: string): Set<number> | undefined => {
    if (beginning.length < beginningMin) return undefined;
    const rows = begun.all(beginning, tokensLookedUp + 1);
    return rows.length > tokensLookedUp ? undefined : new Set(rows.flatMap(({ blocks }) => blocksIn(blocks)));
  };
  return (asked: Asked, wanted: ReturnType<typeof wantedOf>): ReadonlySet<number> | undefined => {
    const { single, begun: beginnings } = tokensOfAsked(asked, wanted);
    const rooms = [...asked.rooms.keys()].map(mark.room);
    const sets = [
      ...single.map((token) => ofTokens([token])),
      ...beginnings.map(ofBeginning),
      ...(rooms.length <= roomsLookedUp ? [ofTokens(rooms)] : []),
    ].filter((set) => set !== undefined);
    return sets.reduce<Set<number> | undefined>((both, set) => both?.intersection(set) ?? set, undefined);
  };
}

type Term = (place: Block, block: number) => Bits;

/**
 * All of which must hold, the ones that cost least first: single tokens, a few rooms, beginnings (the longest first), and
 * many rooms last, for what little is left.
 */
function termsOf(asked: Asked, wanted: ReturnType<typeof wantedOf>): Term[] {
  const { rooms } = asked;
  const { single, begun } = tokensOfAsked(asked, wanted);
  const beginnings = begun.sort((one, other) => other.length - one.length).map(prefixTerm);
  const inRooms = [roomTerm(rooms)];
  return rooms.size <= roomsLookedUp
    ? [...single.map(tokenTerm), ...inRooms, ...beginnings]
    : [...single.map(tokenTerm), ...beginnings, ...inRooms];
}

function tokensOfAsked({ from, hasFile }: Asked, wanted: ReturnType<typeof wantedOf>) {
  const whole = wanted.flatMap(({ tokens, isWhole }) => (isWhole ? tokens : []));
  const begun = wanted.flatMap(({ tokens, isWhole }) => (isWhole ? [] : tokens));
  const single = [
    ...(from === undefined ? [] : [mark.from(from)]),
    ...(hasFile === undefined ? [] : [mark.file]),
    ...new Set(whole),
  ];
  return { single, begun };
}

function tokenTerm(token: string): Term {
  return (place) => {
    const bits = none();
    place.token(token, bits);
    return bits;
  };
}

function prefixTerm(prefix: string): Term {
  return (place) => {
    const all = none();
    place.prefix(prefix, (_token, add) => add(all));
    return all;
  };
}

function roomTerm(rooms: ReadonlyMap<string, number>): Term {
  return (place, block) => {
    const all = none();
    const fromFloor = (floor: number, add: (into: Bits) => void) => {
      if (floor < block * blockSeqs) return add(all);
      const bits = none();
      add(bits);
      keepBoth(bits, between(block, floor, Number.MAX_SAFE_INTEGER));
      addAll(all, bits);
    };
    if (rooms.size <= roomsLookedUp) {
      for (const [room, floor] of rooms) fromFloor(floor, (into) => place.token(mark.room(room), into));
    } else {
      place.prefix(mark.rooms, (token, add) => {
        const floor = rooms.get(token.slice(mark.rooms.length));
        if (floor !== undefined) fromFloor(floor, add);
      });
    }
    return all;
  };
}

/** Pairs of characters that are all in a text need not stand there in their order. */
function hasRuns(source: SearchSource, seq: number, runs: readonly string[]): boolean {
  const message = source.message(seq);
  if (message === undefined) return false;
  const tokens = ` ${tokensOf(textOf(message))} `;
  return runs.every((run) => tokens.includes(run));
}

function inMemory(postings: ReadonlyMap<string, Bits>): Block {
  return {
    token: (token, into) => {
      const bits = postings.get(token);
      if (bits !== undefined) addAll(into, bits);
    },
    prefix: (prefix, each) => {
      for (const [token, bits] of postings)
        if (token.startsWith(prefix)) each(token, (into) => addAll(into, bits));
    },
  };
}

function prepareBlocks(search: DatabaseSync): (block: number) => Block {
  const one = search.prepare('SELECT token, bits FROM postings WHERE block = ? AND token = ?');
  // Above every character that a token can begin with.
  const begun = search.prepare(
    'SELECT token, bits FROM postings WHERE block = ?1 AND token >= ?2 AND token < ?2 || char(0x10ffff)',
  );
  return (block) => ({
    token: (token, into) => {
      const row = one.get(block, token);
      if (row !== undefined) addBlob(into, blobOf(row.bits));
    },
    prefix: (prefix, each) => {
      for (const { token, bits } of begun.iterate(block, prefix)) {
        each(String(token), (into) => addBlob(into, blobOf(bits)));
      }
    },
  });
}

/** By hand: a schema costs more than the row, and a beginning may have thousands. */
function blobOf(value: unknown): Uint8Array {
  assert(value instanceof Uint8Array, 'a posting without its places');
  return value;
}
