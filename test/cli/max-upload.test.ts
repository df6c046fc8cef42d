import { expect, test } from 'vitest';
import { UsageError } from '../../src/cli/failure.ts';
import { parseMaxUpload } from '../../src/cli/max-upload.ts';

test('the largest upload is given as a size', () => {
  expect(parseMaxUpload('500M')).toBe(500_000_000);
  expect(parseMaxUpload('20GiB')).toBe(20 * 1_024 ** 3);
});

test.each(['', 'big', '-1', '21GiB'])('%j is wrong usage', (text) => {
  expect(() => parseMaxUpload(text)).toThrow(UsageError);
});
