// The reference of search: it looks at every message there is. What its words are is tokens.ts's to say, as for every store.
import { Refusal } from '../../protocol/errors.ts';
import type { Seq } from '../../protocol/packet.ts';
import type { StoredEvent } from '../log.ts';
import type { Found, Search, SearchQuery } from '../search.ts';
import { tokensOf, type Wanted, wantedOf } from '../tokens.ts';
import type { MemoryLog } from './log.ts';

export class MemorySearch implements Search {
  readonly #log: MemoryLog;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async find(query: SearchQuery): Promise<Found> {
    const words = wantedOf(query.words.join(' '));
    if (words.length === 0 && query.from === undefined && !query.hasFile) {
      throw new Refusal('search-invalid', 'Type a word to look for, or from:NICK, or has:file.');
    }
    const seqs = this.#log
      .announced()
      .filter((event) => isWanted(event, query) && isFoundBy(words, textOf(event)))
      .map(({ seq }) => seq)
      .toReversed();
    return { seqs: seqs.slice(0, query.limit), more: seqs.length > query.limit, upTo: this.#log.tail };
  }

  caughtUp(seq: Seq): Promise<void> {
    return new Promise((resolve) => {
      if (this.#log.tail >= seq) return resolve();
      const stop = this.#log.subscribe(() => {
        if (this.#log.tail < seq) return;
        stop();
        resolve();
      });
    });
  }

  async close(): Promise<void> {}
}

function isWanted({ seq, room, member, body, now }: StoredEvent, query: SearchQuery): boolean {
  const floor = query.rooms.get(room);
  return (
    body.type === 'message' &&
    !now?.isDeleted &&
    floor !== undefined &&
    seq > Math.max(floor, query.after ?? 0) &&
    seq < (query.before ?? Infinity) &&
    (query.from === undefined || query.from === member) &&
    (!query.hasFile || body.file !== undefined)
  );
}

function textOf({ body, now }: StoredEvent): string {
  if (body.type !== 'message') return '';
  return `${now?.text ?? body.text} ${body.file?.name ?? ''}`;
}

function isFoundBy(words: readonly Wanted[], text: string): boolean {
  const tokens = ` ${tokensOf(text)} `;
  return words.every(({ tokens: run, isWhole }) =>
    tokens.includes(isWhole ? ` ${run.join(' ')} ` : ` ${run.join(' ')}`),
  );
}
