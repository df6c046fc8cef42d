// The checker on made-up histories: each breach is seen, and what holds is let be.
import { describe, expect, test } from 'vitest';
import { breaches, type History, type Posted, type Seen } from './check.ts';
import type { StoredRow } from './stored.ts';

const row = (seq: number, more: Partial<StoredRow> = {}): StoredRow => ({
  seq,
  at: seq * 1_000,
  room: 'general',
  member: 1,
  device: 'ada',
  id: `id-${seq}`,
  type: 'message',
  text: `text ${seq}`,
  sha256: null,
  isQuiet: false,
  ...more,
});
const rows = [1, 2, 3, 4].map((seq) => row(seq));
const post = ({ seq, ...rest }: StoredRow, isAcked = true): Posted => ({
  device: rest.device,
  id: rest.id,
  room: rest.room,
  text: rest.text ?? '',
  ...(isAcked ? { seq } : {}),
});
const posts = rows.map((one) => post(one));
const seen: readonly Seen[] = rows;
const reading = (what: readonly Seen[]) => [{ who: 'bob', rooms: ['general'], seen: what }];

const broken: Readonly<Record<string, History>> = {
  'acknowledged and lost': { posts, rows: rows.filter(({ seq }) => seq !== 3) },
  'acknowledged at another seq': {
    posts: [...posts.slice(0, 3), post(row(5, { id: 'id-4', text: 'text 4' }))],
    rows,
  },
  'logged with other content': {
    posts,
    rows: rows.map((one) => (one.seq === 2 ? { ...one, text: 'x' } : one)),
  },
  'logged and never posted': { posts: posts.slice(1), rows },
  'doubled in the log': { posts, rows: [...rows, row(5, { id: 'id-4', text: 'text 4' })] },
  'out of order in the log': { posts, rows: [row(2, { at: 1 }), row(1), row(3), row(4)] },
  'earlier than the event before it': { posts, rows: [...rows.slice(0, 3), row(4, { at: 1 })] },
  "out of its author's order": { posts: posts.toReversed(), rows },
  'seen twice': { posts, rows, readings: reading([...seen, row(4)]) },
  'seen out of order': { posts, rows, readings: reading([row(1), row(3), row(2), row(4)]) },
  'seen and not there': { posts, rows, readings: reading([...seen, row(9)]) },
  'seen with other content': { posts, rows, readings: reading([row(1, { text: 'x' }), ...seen.slice(1)]) },
  'a gap in what was seen': { posts, rows, readings: reading([row(1), row(3), row(4)]) },
  'a blob is not what its name says': { posts, rows, blobs: { whole: new Set(), damaged: ['ab'] } },
  'a file of the log is not there': {
    posts: [...posts, { ...post(row(5)), sha256: 'ab' }],
    rows: [...rows, row(5, { sha256: 'ab' })],
    blobs: { whole: new Set(), damaged: [] },
  },
};

describe('a broken history', () => {
  test.each(Object.entries(broken))('%s', (what, history) => {
    const lines = breaches(history);
    expect(lines.join('\n')).toContain(what);
    expect(lines).toHaveLength(1);
  });

  test('says how often, and gives the first', () => {
    expect(breaches({ posts, rows: rows.slice(0, 1) })).toEqual([
      `3 acknowledged and lost, the first: ${JSON.stringify(posts[1])}`,
    ]);
  });
});

describe('a history that holds', () => {
  test('with all acknowledged, seen and stored', () => {
    const file = row(5, { sha256: 'ab', text: '' });
    const blobs = { whole: new Set(['ab', 'left over']), damaged: [] };
    const all = { posts: [...posts, { ...post(file), sha256: 'ab' }], rows: [...rows, file] };
    expect(breaches({ ...all, readings: reading([...seen, file]), blobs })).toEqual([]);
  });

  test('with a post that is logged and not acknowledged, and one that is neither', () => {
    const unanswered = [...posts.slice(0, 3), post(row(4), false), post(row(5), false)];
    expect(breaches({ posts: unanswered, rows })).toEqual([]);
  });

  test('with two devices under the same id, joins, and rooms that a reader is not in', () => {
    const others = [
      row(5, { id: 'id-1', device: 'bob', room: 'other' }),
      row(6, { type: 'join', device: '0' }),
    ];
    const all = [...posts, post(others[0] ?? row(0))];
    expect(breaches({ posts: all, rows: [...rows, ...others], readings: reading(seen) })).toEqual([]);
  });
});
