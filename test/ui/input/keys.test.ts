// The table of keys: no key stands twice, and no action hangs on a key that terminals keep for themselves.
import { describe, expect, test } from 'vitest';
import { actionOf, bindings, keyHelp } from '../../../src/ui/input/keys.ts';

const kept = ['ctrl-s', 'ctrl-q', 'ctrl-h', 'ctrl-i', 'ctrl-m', 'f11'];

describe('the table of keys', () => {
  test('no key does two things', () => {
    const keys = bindings.flatMap(({ keys, also = [] }) => [...keys, ...also]);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('no action hangs on a key that the terminal keeps', () => {
    expect(bindings.filter(({ keys }) => keys.every((key) => kept.includes(key)))).toEqual([]);
    expect(bindings.flatMap(({ keys }) => keys).filter((key) => kept.includes(key))).toEqual([]);
  });

  test('every action stands once', () => {
    const actions = bindings.map(({ action }) => action);
    expect(new Set(actions).size).toBe(actions.length);
  });

  test('help names the keys as people write them', () => {
    const words = keyHelp().map((line) => line.words);
    expect(words).toContain('Ctrl-j, Alt-Enter, Shift-Enter');
    expect(words).toContain('Alt-1 … Alt-0');
    expect(words.some((word) => word.includes('undefined'))).toBe(false);
  });

  test('Alt-0 is the tenth room', () => {
    expect([actionOf('alt-1'), actionOf('alt-0')]).toEqual(['room-0', 'room-9']);
  });
});
