// Brings what can be found in step with the log. The newest block is gathered in memory and written once it is whole, so
// that each row is written once; changes and deletions go into the block they are about, wherever it is. Runs in the
// worker (search-worker.ts). After a restart the newest block is read from the log again.
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { tokensOf } from '../tokens.ts';
import {
  addBlob,
  type Bits,
  blockOf,
  blockSeqs,
  drop,
  has,
  none,
  placeOf,
  put,
  toBlob,
} from './search-bits.ts';
import { type SearchSource, type SourceRow, textOf } from './search-source.ts';
import { cursorOf } from './search-tables.ts';

/** Events of the log in one step; a search waits for one at the most. */
const stepEvents = 1_000;

/** Tokens that nobody can type, as tokens of texts have only letters, marks and digits. */
export const mark = {
  from: (member: number) => `@${member}`,
  room: (room: string) => `#${room}`,
  /** All rooms' tokens begin with it. */
  rooms: '#',
  file: '!',
} as const;

/** Where each token is within the newest block. */
export type Newest = { readonly block: number; readonly postings: ReadonlyMap<string, Bits> };

export class SearchIndex {
  readonly #source: SearchSource;
  readonly #search: DatabaseSync;
  readonly #write: ReturnType<typeof prepareWriting>;
  #cursor: number;
  #block: number;
  #postings = new Map<string, Bits>();
  #asOf = Number.POSITIVE_INFINITY;

  constructor(source: SearchSource, search: DatabaseSync) {
    this.#source = source;
    this.#search = search;
    this.#write = prepareWriting(search);
    this.#cursor = cursorOf(search);
    this.#block = blockOf(this.#cursor + 1);
  }

  /** Events up to here are looked through. */
  get cursor(): number {
    return this.#cursor;
  }

  get newest(): Newest {
    return { block: this.#block, postings: this.#postings };
  }

  /** The next events up to `tail`; true while there are more. */
  step(tail: number): boolean {
    if (this.#cursor >= tail) return false;
    const lastOfBlock = (this.#block + 1) * blockSeqs - 1;
    const end = Math.min(tail, lastOfBlock);
    const events = this.#source.after(this.#cursor, end, stepEvents);
    this.#asOf = Math.min(this.#asOf, tail);
    for (const event of events) this.#apply(event);
    const isCut = events.length === stepEvents;
    this.#cursor = isCut ? (events.at(-1)?.seq ?? end) : end;
    if (this.#cursor === lastOfBlock) this.#flush();
    return this.#cursor < tail;
  }

  #apply(event: SourceRow): void {
    if (event.type === 'message') this.#add(event);
    else this.#change(event.seq, event.target ?? 0);
  }

  #add(message: SourceRow): void {
    for (const token of tokensOfMessage(message)) {
      let bits = this.#postings.get(token);
      if (bits === undefined) {
        bits = none();
        this.#postings.set(token, bits);
      }
      put(bits, placeOf(message.seq));
    }
  }

  #change(seq: number, target: number): void {
    const now = this.#source.message(target);
    const place = placeOf(target);
    if (blockOf(target) === this.#block) {
      for (const [token, bits] of this.#postings) {
        drop(bits, place);
        if (bits.every((word) => word === 0)) this.#postings.delete(token);
      }
      if (now !== undefined) this.#add(now);
    } else if (this.#write.asOf(blockOf(target)) < seq) {
      this.#transaction(() => this.#write.replace(target, now === undefined ? [] : tokensOfMessage(now)));
    }
  }

  #flush(): void {
    this.#transaction(() => this.#write.block(this.#block, this.#asOf, this.#postings, this.#cursor));
    this.#block += 1;
    this.#postings = new Map();
    this.#asOf = Number.POSITIVE_INFINITY;
  }

  #transaction(write: () => void): void {
    this.#search.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.#search.exec('COMMIT');
    } catch (error) {
      if (this.#search.isTransaction) this.#search.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Each once. None for a deleted message. */
function tokensOfMessage(message: SourceRow): Set<string> {
  if (message.text === null) return new Set();
  const tokens = new Set(tokensOf(textOf(message)).split(' '));
  tokens.delete('');
  tokens.add(mark.from(message.member)).add(mark.room(message.room));
  if (message.file_name !== null) tokens.add(mark.file);
  return tokens;
}

const AsOfRow = v.object({ as_of: v.number() });
const PostingRow = v.object({ token: v.string(), bits: v.instance(Uint8Array) });

function prepareWriting(search: DatabaseSync) {
  const addBlock = search.prepare('INSERT INTO blocks (block, as_of) VALUES (?, ?)');
  const findBlock = search.prepare('SELECT as_of FROM blocks WHERE block = ?');
  const insert = search.prepare('INSERT OR REPLACE INTO postings (block, token, bits) VALUES (?, ?, ?)');
  const remove = search.prepare('DELETE FROM postings WHERE block = ? AND token = ?');
  const all = search.prepare('SELECT token, bits FROM postings WHERE block = ?');
  const one = search.prepare('SELECT token, bits FROM postings WHERE block = ? AND token = ?');
  // SQLite makes a text of two blobs, of the same bytes.
  const addToken = search.prepare(
    `INSERT INTO tokens (token, blocks) VALUES (?, ?)
     ON CONFLICT (token) DO UPDATE SET blocks = CAST(blocks || excluded.blocks AS BLOB)`,
  );
  const blocksOf = search.prepare('SELECT blocks FROM tokens WHERE token = ?');
  const setBlocks = search.prepare('UPDATE tokens SET blocks = ? WHERE token = ?');
  const removeToken = search.prepare('DELETE FROM tokens WHERE token = ?');
  const setCursor = search.prepare("UPDATE meta SET value = ? WHERE name = 'cursor'");

  const keep = (block: number, token: string, bits: Bits): void => {
    const blob = toBlob(bits);
    if (blob.length > 0) insert.run(block, token, blob);
    else if (remove.run(block, token).changes > 0) leave(block, token);
  };
  /** The last block that leaves takes the token with it: of a deleted word nothing stays. */
  const leave = (block: number, token: string): void => {
    const row = blocksOf.get(token);
    const others = row === undefined ? [] : blocksIn(row.blocks).filter((one) => one !== block);
    if (others.length === 0) removeToken.run(token);
    else setBlocks.run(toBlocks(others), token);
  };
  return {
    /** A block that is not there holds nothing that could change. */
    asOf: (block: number): number => {
      const row = findBlock.get(block);
      return row === undefined ? Number.POSITIVE_INFINITY : v.parse(AsOfRow, row).as_of;
    },
    block: (block: number, asOf: number, postings: ReadonlyMap<string, Bits>, cursor: number): void => {
      addBlock.run(block, asOf);
      for (const token of [...postings.keys()].sort()) {
        keep(block, token, postings.get(token) ?? none());
        addToken.run(token, toBlocks([block]));
      }
      setCursor.run(String(cursor));
    },
    /** Which tokens a message had is in no row: all of its block are looked at. */
    replace: (seq: number, tokens: Iterable<string>): void => {
      const [block, place] = [blockOf(seq), placeOf(seq)];
      for (const row of v.parse(v.array(PostingRow), all.all(block))) {
        const bits = bitsOf(row.bits);
        if (!has(bits, place)) continue;
        drop(bits, place);
        keep(block, row.token, bits);
      }
      for (const token of tokens) {
        const row = one.get(block, token);
        const bits = row === undefined ? none() : bitsOf(v.parse(PostingRow, row).bits);
        if (row === undefined) addToken.run(token, toBlocks([block]));
        put(bits, place);
        keep(block, token, bits);
      }
    },
  };
}

/** Two bytes a block are enough for 500 million messages. */
function toBlocks(blocks: readonly number[]): Uint8Array {
  assert(
    blocks.every((block) => block < 65_536),
    'a log of more blocks than this form has numbers for',
  );
  return new Uint8Array(Uint16Array.from(blocks).buffer);
}

/** The blocks that a token is in, in no order. */
export function blocksIn(blob: unknown): number[] {
  assert(blob instanceof Uint8Array && blob.length % 2 === 0, 'a token without its blocks');
  return [...new Uint16Array(blob.slice().buffer)];
}

function bitsOf(blob: Uint8Array): Bits {
  const bits = none();
  addBlob(bits, blob);
  return bits;
}
