import type { Control } from './control.ts';

const file = 'test/faults/promises/15-disk-full.test.ts';
const full = { file, name: 'that is full refuses what it does not store' };
const failing = { file, name: 'whose syncs fail gets no acknowledgement' };

export const controls: readonly Control[] = [
  {
    promise: 15,
    without: 'a refusal when the commit failed',
    edits: [
      // As an ack and nothing more: the log goes on from where it was.
      {
        file: 'store/sqlite/orders.ts',
        text: 'wholeOrders(order).map((one) => answerOfFirst(one) ?? refused);',
        instead: "wholeOrders(order).map((one) => answerOfFirst(one) ?? ['again', 1_000_000, order[4]]);",
      },
    ],
    test: full,
    fails: /acknowledged and is lost/,
  },
  {
    promise: 15,
    without: 'a full disk being told from a broken one',
    edits: [
      {
        file: 'store/sqlite/errors.ts',
        text: "=== sqliteFull ? 'disk-full'",
        instead: "=== -1 ? 'disk-full'",
      },
    ],
    test: full,
    fails: /codes of refused posts/,
  },
  {
    promise: 15,
    without: 'a sync that a commit waits for',
    edits: [
      {
        file: 'store/sqlite/schema.ts',
        text: 'PRAGMA synchronous = FULL;',
        instead: 'PRAGMA synchronous = OFF;',
      },
    ],
    test: failing,
    fails: /acknowledged and is lost|no such table/,
  },
  {
    promise: 15,
    without: 'dropping an upload whose sync failed',
    edits: [
      {
        file: 'store/files/upload.ts',
        text: 'await this.#drop();\n    throw isDiskFull(error)',
        instead: 'await this.#end();\n    throw isDiskFull(error)',
      },
    ],
    test: { file: 'test/store/blobs-contract.test.ts', name: 'a sync that failed before' },
    fails: /to deeply equal \[\]/,
  },
];
