import type { Control } from './control.ts';

const file = 'test/faults/promises/18-transfers.test.ts';
const survives = { file, name: 'survives cuts and restarts' };
const damaged = { file, name: 'that a crash damaged on the server' };

export const controls: readonly Control[] = [
  {
    promise: 18,
    without: 'going on where an upload stopped',
    edits: [{ file: 'store/files/upload.ts', text: 'if (there > size) {', instead: 'if (there > 0) {' }],
    test: survives,
    fails: /bytes that went twice|broke off 8 times/,
  },
  {
    promise: 18,
    without: 'hashing again what an upload found',
    edits: [
      {
        file: 'store/files/upload.ts',
        text: 'hash.update(buffer.subarray(0, bytesRead));',
        instead: '',
      },
    ],
    test: survives,
    fails: /bytes that went twice|broke off 8 times/,
  },
  {
    promise: 18,
    without: 'hashing again what a download found',
    edits: [
      {
        file: 'client/download.ts',
        text: 'receiving.hash.update(buffer.subarray(0, bytesRead));',
        instead: '',
      },
    ],
    test: survives,
    fails: /its checksum is wrong/,
  },
  {
    promise: 18,
    without: 'a check of the digest before a file is stored',
    edits: [
      {
        file: 'store/files/upload.ts',
        text: " || hash.digest('hex') !== upload.sha256",
        instead: '',
      },
    ],
    test: damaged,
    fails: /the digest of what is stored/,
  },
  {
    promise: 18,
    without: 'sending anew what was damaged',
    edits: [
      {
        file: 'client/upload.ts',
        text: 'if (offset > 0) throw new ConnectionLost',
        instead: 'if (offset < 0) throw new ConnectionLost',
      },
    ],
    test: damaged,
    fails: /did not arrive whole/,
  },
  {
    promise: 18,
    without: 'the sweep',
    edits: [
      {
        file: 'server/server.ts',
        text: '    this.#sweep();\n    this.#watchIdle();',
        instead: '    this.#watchIdle();',
      },
    ],
    test: survives,
    fails: /orphans/,
  },
];
