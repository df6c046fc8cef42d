// The thread that looks through the log and answers searches, so that neither holds back what people say. It follows
// the log behind its tail, a batch at a time, and searches have their turn between two batches. Started by search.ts when
// there is something to do; an entry point of its own in the build.
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { openToRead } from './schema.ts';
import { SearchIndex } from './search-index.ts';
import { type Asked, type Matches, prepareMatching, TookTooLong } from './search-match.ts';
import { openSource } from './search-source.ts';
import { openSearchFile } from './search-tables.ts';

/** `tail`: the log was announced up to it. `close`: let go of the files, end. */
export type ToSearch =
  | { readonly is: 'tail'; readonly tail: number }
  | { readonly is: 'find'; readonly id: number; readonly asked: Asked; readonly tail: number }
  | { readonly is: 'close' };

export type FromSearch =
  | { readonly is: 'cursor'; readonly cursor: number }
  | { readonly is: 'found'; readonly id: number; readonly matches: Matches; readonly cursor: number }
  | {
      readonly is: 'refused';
      readonly id: number;
      readonly why: 'too-long' | 'failed';
      readonly cause: string;
    };

export type SearchData = {
  readonly logPath: string;
  readonly path: string;
  readonly logId: string;
  readonly tail: number;
  readonly searchMs: number;
};

const SearchData = v.object({
  logPath: v.string(),
  path: v.string(),
  logId: v.string(),
  tail: v.number(),
  searchMs: v.number(),
});

function main(): void {
  const port = parentPort;
  assert(port, 'the search runs in a worker thread');
  const data = v.parse(SearchData, workerData);
  const log = openToRead(data.logPath);
  const search = openSearchFile(data.path, data.logId, data.tail);
  const source = openSource(log);
  const index = new SearchIndex(source, search);
  const matching = prepareMatching(search, index, source);
  const tell = (message: FromSearch) => port.postMessage(message);
  let tail = data.tail;
  let isFollowing = false;
  let isClosed = false;

  /** A batch a turn: messages that came meanwhile are taken before the next. */
  const follow = (): void => {
    if (isClosed) return;
    isFollowing = index.step(tail);
    tell({ is: 'cursor', cursor: index.cursor });
    if (isFollowing) setImmediate(follow);
  };
  const reach = (to: number): void => {
    tail = Math.max(tail, to);
    if (!isFollowing) follow();
  };
  const find = (id: number, asked: Asked): void => {
    try {
      const matches = matching(asked, performance.now() + data.searchMs);
      tell({ is: 'found', id, matches, cursor: index.cursor });
    } catch (error) {
      const why = error instanceof TookTooLong ? 'too-long' : 'failed';
      tell({ is: 'refused', id, why, cause: error instanceof Error ? error.message : String(error) });
    }
  };
  port.on('message', (message: ToSearch) => {
    if (message.is === 'tail') return reach(message.tail);
    if (message.is === 'find') {
      reach(message.tail);
      return find(message.id, message.asked);
    }
    isClosed = true;
    search.close();
    log.close();
    port.close();
  });
  follow();
}

main();
