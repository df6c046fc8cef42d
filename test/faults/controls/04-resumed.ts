import type { Control } from './control.ts';

const file = 'test/faults/promises/04-resumed.test.ts';

export const controls: readonly Control[] = [
  {
    promise: 4,
    without: 'the exact cursor: a hundred events are asked for again',
    edits: [
      {
        file: 'client/feed.ts',
        text: 'return { logId: this.#logId, after: this.#cursor };',
        instead: 'return { logId: this.#logId, after: Math.max(0, this.#cursor - 100) as Seq };',
      },
    ],
    test: { file, name: "a resume costs what was missed, and the view is a fresh client's" },
    fails: /bytes of all reconnects over those of what was missed/,
  },
  {
    promise: 4,
    without: 'the look at logId and tail',
    edits: [
      {
        file: 'client/feed.ts',
        text: 'this.#logId !== undefined && (this.#logId !== logId || tail < this.#reached)',
        instead: 'false',
      },
    ],
    test: { file, name: 'nothing stale remains, and what was typed meanwhile is sent' },
    fails: /view against a fresh one/,
  },
  {
    promise: 4,
    without: 'the look at the tail',
    edits: [{ file: 'client/feed.ts', text: ' || tail < this.#reached', instead: '' }],
    test: { file, name: 'nothing stale remains, and what was typed meanwhile is sent' },
    fails: /view against a fresh one/,
  },
  {
    promise: 4,
    without: 'the silence about moves in a room of many',
    edits: [
      {
        file: 'server/hub.ts',
        text: 'if (!isQuiet(body)) this.#collect(event);',
        instead: 'this.#collect(event);',
      },
    ],
    test: {
      file,
      name: "a resume costs what was missed, and the view is a fresh client's",
    },
    fails: /quiet moves that were told/,
  },
];
