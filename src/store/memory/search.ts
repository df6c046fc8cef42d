// The reference of search: it looks at every message there is. Words are compared folded, a word of the question with
// the beginnings of words in the text; what is Chinese, Japanese or Korean is looked for anywhere in it.
import { Refusal } from '../../protocol/errors.ts';
import type { Seq } from '../../protocol/packet.ts';
import type { StoredEvent } from '../log.ts';
import type { Found, Search, SearchQuery } from '../search.ts';
import type { MemoryLog } from './log.ts';

const word = /[\p{L}\p{N}\p{M}_]+/gu;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

export class MemorySearch implements Search {
  readonly #log: MemoryLog;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async find(query: SearchQuery): Promise<Found> {
    const words = query.words.flatMap(wordsOf);
    if (words.length === 0 && query.from === undefined && !query.hasFile) {
      throw new Refusal('search-invalid', 'Say what to look for: a word, from:NICK or has:file.');
    }
    const seqs = this.#log
      .announced()
      .filter((event) => isWanted(event, query) && words.every((one) => isIn(one, textOf(event))))
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
  return now?.text ?? (body.type === 'message' ? body.text : '');
}

function isIn(wanted: string, text: string): boolean {
  if (cjk.test(wanted)) return folded(text).includes(wanted);
  return wordsOf(text).some((one) => one.startsWith(wanted));
}

function wordsOf(text: string): string[] {
  return folded(text).match(word) ?? [];
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
