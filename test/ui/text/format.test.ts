import { describe, expect, test } from 'vitest';
import { bar, clock, dayName, duration } from '../../../src/ui/text/format.ts';

describe('figures as people read them', () => {
  test.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [61, '2 min'],
    [3_900, '1 h 5 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  test('a bar shows the share and stays within its columns', () => {
    expect(bar(0.5, 4)).toBe('██░░');
    expect(bar(7, 4)).toBe('████');
    expect(bar(-1, 4)).toBe('░░░░');
  });

  test('day and time are those of the place', () => {
    const at = new Date(2026, 10, 22, 9, 5).getTime();
    expect(clock(at)).toBe('09:05');
    expect(dayName(at)).toBe('Sun 22 Nov 2026');
  });
});
