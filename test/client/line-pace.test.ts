// A download's pieces: large on a quick line, small on a slow one.
import { expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import { LinePace } from '../../src/client/line-pace.ts';

const kibibyte = 1_024;
const mebibyte = 1_024 * kibibyte;

test('the first piece is as large as any', () => {
  expect(new LinePace(7).pieceBytes).toBe(clientBounds.fileChunkBytes);
});

test('on a line of 50 MiB/s a piece is what it brings in four milliseconds, however large the last one was', () => {
  for (const ms of [1, 4, 20]) {
    const pace = new LinePace(100);
    pace.brought((50 * mebibyte * ms) / 1_000, 100 + ms);
    expect(pace.pieceBytes).toBe(Math.round(0.2 * mebibyte));
  }
});

test('a quick line has the largest, two in one instant too, and a slow one no crumbs', () => {
  const pace = new LinePace(0);
  pace.brought(mebibyte, 1);
  expect(pace.pieceBytes).toBe(clientBounds.fileChunkBytes);
  pace.brought(mebibyte, 1);
  expect(pace.pieceBytes).toBe(clientBounds.fileChunkBytes);
  pace.brought(mebibyte, 60_001);
  expect(pace.pieceBytes).toBe(128 * kibibyte);
});
