// A reader that stands is kept for ever: the bound of its queue taken out, or the clock that finds it.
import type { Control } from './control.ts';

const file = 'test/faults/promises/11-slow-readers.test.ts';

export const controls: readonly Control[] = [
  {
    promise: 11,
    without: 'the bound of a send queue',
    edits: [
      {
        file: 'net/outlet.ts',
        text: 'return this.bytes > this.#options.limits.sendQueueBurstBytes;',
        instead: 'return false;',
      },
    ],
    test: { file, name: 'never have more than the bound of a queue each waiting' },
    fails: /expected '0 of \d+ cut' to be/,
  },
  {
    promise: 11,
    without: 'the cut of a reader that takes nothing',
    edits: [
      {
        file: 'net/outlet.ts',
        text: 'return isFull || (this.bytes > 0 && now - this.#movedAt >= sendQueueStallMs * pieces);',
        instead: 'return isFull;',
      },
    ],
    test: { file, name: 'and take nothing for so long are cut as well' },
    fails: /expected '0 of \d+ cut' to be/,
  },
];
