import type { Control } from './control.ts';

const file = 'test/faults/promises/02-resent.test.ts';

export const controls: readonly Control[] = [
  {
    promise: 2,
    without: 'UNIQUE (id, device)',
    edits: [
      {
        file: 'store/sqlite/tables.ts',
        text: '  changed INTEGER,\n  UNIQUE (id, device)\n',
        instead: '  changed INTEGER\n',
      },
      {
        file: 'store/sqlite/say.ts',
        text: 'rows} ON CONFLICT (device, id) DO NOTHING`',
        instead: 'rows}`',
      },
      {
        file: 'store/sqlite/orders.ts',
        text: '?, ?, ?) ON CONFLICT (device, id) DO NOTHING`',
        instead: '?, ?, ?)`',
      },
    ],
    test: { file, name: 'what is sent again after a cut is in the log once, as it was written' },
    fails: /doubled in the log/,
  },
  {
    promise: 2,
    without: 'the comparison of contents',
    edits: [
      {
        file: 'store/sqlite/first.ts',
        text: 'if (isSame(first, order)) return',
        instead: 'if (first.seq > 0) return',
      },
    ],
    test: { file, name: 'after restarts an id answers its first seq, and nothing else passes under it' },
    fails: /instead of rejecting/,
  },
  {
    promise: 2,
    without: 'the comparison of contents, seen by two processes',
    edits: [
      {
        file: 'store/sqlite/first.ts',
        text: 'if (isSame(first, order)) return',
        instead: 'if (first.seq > 0) return',
      },
    ],
    test: {
      file,
      name: 'two processes at once: one id is one message, and its seq or a refusal is what each hears',
    },
    fails: /to (strictly )?(deeply )?equal/i,
  },
];
