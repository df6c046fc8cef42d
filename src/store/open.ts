// Which store a server runs on: one line here for each.
import type { Blobs } from './blobs.ts';
import type { Log } from './log.ts';
import type { People } from './people.ts';

/** Everything a server keeps. `close` ends blobs, then the log, last. */
export type Store = {
  readonly log: Log;
  readonly people: People;
  readonly blobs: Blobs;
  close(): Promise<void>;
};
