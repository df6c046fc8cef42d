import { describe, expect, test } from 'vitest';
import { fileSize, parseSize } from '../../src/text/size.ts';

describe('the size of a file', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_234_567, '1.2 MB'],
    [67_108_864, '67.1 MB'],
    [123_456_789, '123 MB'],
    [2_147_483_648, '2.1 GB'],
    [9e15, '9000 TB'],
  ])('of %i bytes is shown as %s', (bytes, text) => {
    expect(fileSize(bytes)).toBe(text);
  });

  test.each([
    ['500', 500],
    ['0', 0],
    ['10k', 10_000],
    ['10 kB', 10_000],
    ['1.5MB', 1_500_000],
    ['2G', 2_000_000_000],
    ['2GiB', 2_147_483_648],
    ['2gib', 2_147_483_648],
    ['1Ki', 1_024],
    ['1TB', 1_000_000_000_000],
  ])('typed as %s is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(['', 'G', '-1', '1e9', '2XB', '1iB', '2 G B', '1,5M', '9999999TB'])('%j is no size', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});
