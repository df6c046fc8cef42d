import type { Control } from './control.ts';

const cuts = {
  file: 'test/faults/promises/22-power-cut.test.ts',
  name: 'takes nothing that was acknowledged',
};
const firstStart = {
  file: 'test/faults/promises/22-power-cut.test.ts',
  name: 'during the very first start',
};
const counted = {
  file: 'test/faults/promises/22-power-cut.test.ts',
  name: 'of the log are at least as many as acknowledgements',
};
const isLost = /is lost|is damaged|does not start|did not start/;
const unsynced = {
  file: 'store/sqlite/schema.ts',
  text: 'PRAGMA synchronous = FULL;',
  instead: 'PRAGMA synchronous = OFF;',
};
const rarelySynced = { ...unsynced, instead: 'PRAGMA synchronous = NORMAL;' };

export const controls: readonly Control[] = [
  { promise: 22, without: 'any sync of the log', edits: [unsynced], test: cuts, fails: isLost },
  { promise: 22, without: 'a sync for each commit', edits: [rarelySynced], test: cuts, fails: isLost },
  {
    promise: 22,
    without: 'a sync for each commit, counted',
    edits: [rarelySynced],
    test: counted,
    fails: /to be greater than or equal to/,
  },
  {
    promise: 22,
    without: "a sync of an upload's bytes before its rename",
    edits: [{ file: 'store/files/upload.ts', text: 'await handle.sync();', instead: '' }],
    test: cuts,
    fails: /the file [0-9a-f]+ of a message is (lost|damaged)/,
  },
  {
    promise: 22,
    without: 'a sync of the folders that a blob gets its name in',
    edits: [
      {
        file: 'store/files/upload.ts',
        text: 'await syncFolder(blobFolder(folders, sha256));\n  await syncFolder(folders.blobs);',
        instead: '',
      },
    ],
    test: cuts,
    fails: /the file [0-9a-f]+ of a message is lost/,
  },
  {
    promise: 22,
    without: "a sync of who holds a blob, so that the sweep takes a message's file",
    edits: [
      {
        file: 'store/files/holders.ts',
        text: 'await syncFolder(dirname(path));\n  await syncFolder(folders.holders);',
        instead: '',
      },
    ],
    test: cuts,
    fails: /the file [0-9a-f]+ of a message is lost/,
  },
  {
    promise: 22,
    without: "a sync of the data folder's own name",
    edits: [{ file: 'cli/files.ts', text: 'await syncNames(parent)', instead: 'await Promise.resolve()' }],
    test: cuts,
    fails: isLost,
  },
  {
    promise: 22,
    without: 'a server key that is on disk before it has its name',
    edits: [
      {
        file: 'cli/files.ts',
        text: 'await rename(await writeDraft(dirname(path), text), path);',
        instead: 'await writeFile(path, text, { mode: 0o600, flush: true });',
      },
    ],
    test: firstStart,
    fails: /did not start/,
  },
];
