// What recorder.c wrote, record by record. `at` is where a record ends: a change is in the journal's first n bytes when
// its `at` is n at most.

export type Change =
  | {
      readonly op: 'open';
      readonly at: number;
      readonly path: string;
      readonly inode: bigint;
      readonly isEmptied: boolean;
      readonly isNew: boolean;
    }
  | {
      readonly op: 'write';
      readonly at: number;
      readonly inode: bigint;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly op: 'truncate'; readonly at: number; readonly inode: bigint; readonly length: number }
  | {
      readonly op: 'sync';
      readonly at: number;
      readonly inode: bigint;
      readonly since: number;
      readonly hasFailed: boolean;
    }
  | { readonly op: 'rename' | 'link'; readonly at: number; readonly path: string; readonly to: string }
  | { readonly op: 'unlink'; readonly at: number; readonly path: string }
  | { readonly op: 'mkdir'; readonly at: number; readonly path: string };

export type Journal = { readonly changes: readonly Change[]; readonly length: number };

const headBytes = 40;
const ops = ['', 'open', 'write', 'truncate', 'sync', 'rename', 'link', 'unlink', 'mkdir'] as const;
const [created, emptied] = [1, 2];

/** The last record may be torn by the kill. */
export function changesIn(journal: Buffer): Journal {
  const changes: Change[] = [];
  let at = 0;
  while (at + headBytes <= journal.length) {
    const [op = 0, pathBytes = 0, otherBytes = 0, dataBytes = 0] = [0, 4, 8, 12].map((n) =>
      journal.readUInt32LE(at + n),
    );
    const path = at + headBytes;
    const other = path + pathBytes;
    const data = other + otherBytes;
    const end = data + dataBytes;
    if (end > journal.length) break;
    changes.push(
      changeOf(ops[op] ?? '', {
        at: end,
        inode: journal.readBigUInt64LE(at + 16),
        value: Number(journal.readBigUInt64LE(at + 24)),
        since: Number(journal.readBigUInt64LE(at + 32)),
        path: journal.toString('utf8', path, other),
        other: journal.toString('utf8', other, data),
        bytes: journal.subarray(data, end),
      }),
    );
    at = end;
  }
  return { changes, length: at };
}

type Record = {
  readonly at: number;
  readonly inode: bigint;
  readonly value: number;
  readonly since: number;
  readonly path: string;
  readonly other: string;
  readonly bytes: Buffer;
};

function changeOf(op: (typeof ops)[number], { at, inode, value, since, path, other, bytes }: Record): Change {
  if (op === 'open') {
    const has = (flag: number) => (value & flag) !== 0;
    return { op, at, path, inode, isNew: has(created), isEmptied: has(emptied) };
  }
  if (op === 'write') return { op, at, inode, offset: value, bytes };
  if (op === 'truncate') return { op, at, inode, length: value };
  if (op === 'sync') return { op, at, inode, since, hasFailed: value === 1 };
  if (op === 'rename' || op === 'link') return { op, at, path, to: other };
  if (op === 'unlink' || op === 'mkdir') return { op, at, path };
  throw new Error(`The journal has a record of no kind that ends at byte ${at}.`);
}
