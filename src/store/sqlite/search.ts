// The main thread's end of the search: starts its worker when there is something to do and lets it end when there is not,
// as a thread costs more memory than an idle server's members. Made by open.ts.
import { Worker } from 'node:worker_threads';
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Seq } from '../../protocol/packet.ts';
import { logRefusal } from '../content.ts';
import { toSeq } from '../ids.ts';
import type { Log, StoredEvent } from '../log.ts';
import type { Found, Search, SearchQuery } from '../search.ts';
import { wantedOf } from '../tokens.ts';
import type { Asked } from './search-match.ts';
import type { FromSearch, SearchData, ToSearch } from './search-worker.ts';

/** So many events behind, the worker is started to catch up. */
const behindMax = 1_000;
/** Without a search, and in step with the log, it ends after this long. */
const idleMs = 60_000;
/** After a failure it is not started by what is said, only by who searches, for this long: a disk may be full. */
const restMs = 30_000;

type Waiting = { readonly resolve: (found: Found) => void; readonly reject: (error: Error) => void };

export type SqliteSearchParts = {
  readonly log: Log;
  readonly logPath: string;
  readonly path: string;
  /** What is looked through already, as its file says; 0 where there is none. */
  readonly cursor: number;
};

/** The built program has the worker beside it as a file of its own; in the sources it is the TypeScript file. */
function startWorker(data: SearchData): Worker {
  const name = import.meta.url.endsWith('.ts') ? './search-worker.ts' : './search-worker.js';
  return new Worker(new URL(name, import.meta.url), { workerData: data });
}

export class SqliteSearch implements Search {
  readonly #parts: SqliteSearchParts;
  readonly #stop: () => void;
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #cursor: number;
  /** A deletion up to here has to be followed before the store is closed: what is deleted is gone. */
  #mustReach = 0;
  /** The worker was told of a tail and has not answered: it will be told of the next then. */
  #isTold = false;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isResting = false;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #reaching = new Set<{ readonly seq: number; readonly resolve: () => void }>();

  constructor(parts: SqliteSearchParts) {
    this.#parts = parts;
    this.#cursor = parts.cursor;
    this.#stop = parts.log.subscribe((events) => this.#announced(events));
    this.#follow();
  }

  async find(query: SearchQuery): Promise<Found> {
    const asked = this.#askedOf(query);
    if (this.#isClosed) throw logRefusal('log-failed', 'the search is closed');
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    this.#waiting.set(id, { resolve, reject });
    this.#post({ is: 'find', id, asked, tail: this.#parts.log.tail });
    return promise;
  }

  caughtUp(seq: Seq): Promise<void> {
    if (this.#cursor >= seq || this.#isClosed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reaching.add({ seq, resolve });
    this.#post({ is: 'tail', tail: this.#parts.log.tail });
    return promise;
  }

  async close(): Promise<void> {
    this.#stop();
    if (this.#mustReach > this.#cursor) await this.caughtUp(toSeq(this.#mustReach));
    this.#isClosed = true;
    this.#end();
    await this.#ended;
  }

  #askedOf({ words, from, hasFile, rooms, after, before, limit }: SearchQuery): Asked {
    const hasWords = words.some((word) => wantedOf(word).length > 0);
    if (!hasWords && from === undefined && hasFile === undefined) {
      throw new Refusal('search-invalid', 'Type a word to look for, or from:NICK, or has:file.');
    }
    return {
      words,
      rooms,
      limit,
      after: after ?? 0,
      before: before ?? Number.MAX_SAFE_INTEGER,
      ...(from === undefined ? {} : { from }),
      ...(hasFile === undefined ? {} : { hasFile }),
    };
  }

  #announced(events: readonly StoredEvent[]): void {
    const deletion = events.findLast(({ body }) => body.type === 'deletion');
    if (deletion !== undefined) this.#mustReach = deletion.seq;
    this.#follow();
  }

  /** A running worker follows at once; it is started for what is worth it. */
  #follow(): void {
    const { tail } = this.#parts.log;
    const isWorth = tail - this.#cursor >= behindMax || this.#mustReach > this.#cursor;
    // What a worker tells on its way out starts no other.
    if (this.#isClosed || this.#isResting) return;
    if (this.#cursor < tail && !this.#isTold && (this.#worker !== undefined || isWorth)) {
      this.#isTold = true;
      this.#post({ is: 'tail', tail });
    }
  }

  #post(message: ToSearch): void {
    this.#worker ??= this.#start();
    this.#restIn();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const { log, logPath, path } = this.#parts;
    const { logId, tail } = log;
    const worker = startWorker({ logPath, path, logId, tail, searchMs: limits.searchMs });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    worker.on('message', (message: FromSearch) => this.#take(message));
    worker.on('error', (error) => this.#failed(error));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#failed(new Error('the search has ended'));
      resolve();
    });
    return worker;
  }

  #take(message: FromSearch): void {
    if (message.is === 'cursor') {
      this.#cursor = message.cursor;
      this.#isTold = false;
      this.#reached();
      this.#follow();
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.is === 'found') {
      const { seqs, more } = message.matches;
      waiting?.resolve({ seqs: seqs.map(toSeq), more, upTo: toSeq(message.cursor) });
    } else waiting?.reject(refusalOf(message));
  }

  #reached(): void {
    for (const one of this.#reaching) {
      if (one.seq > this.#cursor) continue;
      this.#reaching.delete(one);
      one.resolve();
    }
  }

  /** Whoever waits is told; the next search starts it anew. */
  #failed(cause: Error): void {
    this.#worker = undefined;
    this.#isTold = false;
    clearTimeout(this.#idle);
    this.#isResting = true;
    setTimeout(() => {
      this.#isResting = false;
    }, restMs).unref();
    for (const { reject } of this.#waiting.values()) reject(logRefusal('log-failed', cause));
    this.#waiting.clear();
    for (const { resolve } of this.#reaching) resolve();
    this.#reaching.clear();
  }

  #restIn(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), idleMs).unref();
  }

  #end(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === undefined) return;
    const isWaitedFor = this.#waiting.size > 0 || this.#reaching.size > 0;
    if (isWaitedFor && !this.#isClosed) {
      this.#restIn();
      return;
    }
    this.#worker = undefined;
    this.#isTold = false;
    worker.postMessage({ is: 'close' } satisfies ToSearch);
  }
}

function refusalOf({ why, cause }: Extract<FromSearch, { is: 'refused' }>): Refusal {
  if (why === 'failed') return logRefusal('log-failed', cause);
  return new Refusal(
    'too-many',
    'That search took too long. Add a word, from:NICK or in:#ROOM, so that less is looked through.',
  );
}
