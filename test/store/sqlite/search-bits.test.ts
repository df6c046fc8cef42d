// Sets of places against JavaScript's own sets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAll,
  addBlob,
  type Bits,
  between,
  blockSeqs,
  descending,
  drop,
  has,
  keepBoth,
  none,
  put,
  toBlob,
} from '../../../src/store/sqlite/search-bits.ts';

const places = fc.uniqueArray(fc.integer({ min: 0, max: blockSeqs - 1 }), { maxLength: 700 });

function bitsOf(some: readonly number[]): Bits {
  const bits = none();
  for (const place of some) put(bits, place);
  return bits;
}

const falling = (some: Iterable<number>) => [...some].sort((a, b) => b - a);

test('a set gives its places from the highest down, and has no other', () => {
  fc.assert(
    fc.property(places, (some) => {
      const bits = bitsOf(some);
      expect([...descending(bits)]).toEqual(falling(some));
      expect(some.every((place) => has(bits, place))).toBe(true);
      for (const place of some) drop(bits, place);
      expect([...descending(bits)]).toEqual([]);
    }),
  );
});

test('what is in both, and what is in either', () => {
  fc.assert(
    fc.property(places, places, (one, other) => {
      const both = bitsOf(one);
      const wanted = new Set(one).intersection(new Set(other));
      expect(keepBoth(both, bitsOf(other))).toBe(wanted.size > 0);
      expect([...descending(both)]).toEqual(falling(wanted));
      const either = bitsOf(one);
      addAll(either, bitsOf(other));
      expect([...descending(either)]).toEqual(falling(new Set(one).union(new Set(other))));
    }),
  );
});

test('a set is the same after it was stored, sparse or dense, wherever its bytes lie', () => {
  const dense = fc.integer({ min: 500, max: blockSeqs }).map((count) => [...new Array(count).keys()]);
  fc.assert(
    fc.property(fc.oneof(places, dense), fc.integer({ min: 0, max: 3 }), (some, offset) => {
      const blob = toBlob(bitsOf(some));
      const moved = new Uint8Array(blob.length + offset).subarray(offset);
      moved.set(blob);
      const bits = none();
      addBlob(bits, moved);
      expect([...descending(bits)]).toEqual(falling(some));
      expect(blob.length).toBeLessThanOrEqual(blockSeqs / 8);
    }),
  );
});

test('bytes that no set was stored as are an error', () => {
  expect(() => addBlob(none(), new Uint8Array(3))).toThrow('a set of 3 bytes');
  expect(() => addBlob(none(), Uint8Array.of(0xff, 0xff))).toThrow('place 65535');
});

test('the places between two seqs, both exclusive', () => {
  const inside = fc.integer({ min: -10, max: 3 * blockSeqs });
  fc.assert(
    fc.property(inside, inside, (after, before) => {
      const seqs = [...descending(between(1, after, before))].map((place) => blockSeqs + place);
      const all = [...new Array(blockSeqs).keys()].map((place) => blockSeqs + place);
      expect(seqs).toEqual(falling(all.filter((seq) => seq > after && seq < before)));
    }),
    { numRuns: 15 },
  );
});
