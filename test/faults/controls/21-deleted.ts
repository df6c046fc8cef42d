import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/21-deleted.test.ts',
  name: 'deleted words are in no file of the stopped server',
};
const fails = /what was deleted is still there/;

export const controls: readonly Control[] = [
  {
    promise: 21,
    without: 'overwriting what is deleted in the log',
    edits: [
      {
        file: 'store/sqlite/schema.ts',
        text: 'PRAGMA secure_delete = ON',
        instead: 'PRAGMA secure_delete = OFF',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: "the deletion of the message's own words",
    edits: [
      {
        file: 'store/sqlite/change-orders.ts',
        text: 'UPDATE events SET text = NULL, file_name = NULL,',
        instead: 'UPDATE events SET file_name = NULL,',
      },
    ],
    test,
    fails: /what was deleted is still found/,
  },
  {
    promise: 21,
    without: "the deletion of a file's name",
    edits: [
      {
        file: 'store/sqlite/change-orders.ts',
        text: 'text = NULL, file_name = NULL, file_size = NULL,',
        instead: 'text = NULL, file_size = NULL,',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: "the deletion of a message's edits",
    edits: [
      {
        file: 'store/sqlite/change-orders.ts',
        text: 'UPDATE events SET text = NULL WHERE target = ?',
        instead: 'UPDATE events SET text = text WHERE target = ?',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: 'deletions in blocks of the search that are on disk',
    edits: [
      {
        file: 'store/sqlite/search-index.ts',
        text: 'this.#write.asOf(blockOf(target)) < seq',
        instead: 'this.#write.asOf(blockOf(target)) < 0',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: 'forgetting the file of a deleted message',
    edits: [
      {
        file: 'server/handlers/delete.ts',
        text: 'await store.blobs.forget(member, sha256);',
        instead: 'return;',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: 'changes of what lies in a gap',
    edits: [
      {
        file: 'server/sync.ts',
        text: 'floors, hidden, changesAfter };',
        instead: 'floors, hidden };',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: 'taking back the quotes that a client keeps',
    edits: [
      {
        file: 'client/local/events.ts',
        text: "if (change.type !== 'reaction') this.#requote(place, change);",
        instead: '',
      },
    ],
    test,
    fails,
  },
  {
    promise: 21,
    without: 'overwriting what is deleted in what a client keeps',
    edits: [
      {
        file: 'client/local/tables.ts',
        text: 'PRAGMA secure_delete = ON',
        instead: 'PRAGMA secure_delete = OFF',
      },
    ],
    test,
    fails,
  },
];
