// What is one emoji, and the table of short codes.
import { describe, expect, test } from 'vitest';
import { emojiOfCode, everydayEmoji, findShortCodes, isEmoji, shortCodes } from '../../src/text/emoji.ts';

describe('one emoji', () => {
  test.each([
    '👍',
    '👍🏽',
    '❤️',
    '☝🏿',
    '1️⃣',
    '#️⃣',
    '🇩🇪',
    '👨‍👩‍👧‍👦',
    '👩🏽‍❤️‍💋‍👨🏿',
    '🏴‍☠️',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '🫡',
    '©️',
    '🦰',
  ])('%s', (text) => {
    expect(isEmoji(text)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a digit', '1'],
    ['a letter', 'a'],
    ['a word', 'yes'],
    ['two', '👍👍'],
    ['one and a space', '👍 '],
    ['one and a mark', '👍\u0301'],
    ['a heart as text', '❤'],
    ['half a flag', '🇩'],
    ['a flag of nowhere', '🇽🇽'],
    ['a joiner alone', '\u200d'],
    ['a family that no font has', '👍\u200d👍'],
    ['one with an escape', '👍\u001b[0m'],
    ['a selector alone', '\ufe0f'],
    ['a lone surrogate', '\ud83d'],
    ['a shrug of letters', '¯\\_(ツ)_/¯'],
    ['forty families', '👨‍👩‍👧‍👦'.repeat(40)],
  ])('%s is none', (_fact, text) => {
    expect(isEmoji(text)).toBe(false);
  });
});

describe('short codes', () => {
  test('are about two hundred and more, each code once, each emoji one that the server takes', () => {
    expect(everydayEmoji.length).toBeGreaterThan(200);
    expect(new Set(everydayEmoji.map(({ emoji }) => emoji)).size).toBe(everydayEmoji.length);
    const codes = everydayEmoji.flatMap(({ emoji }) => [...shortCodes].filter(([, one]) => one === emoji));
    expect(codes).toHaveLength(shortCodes.size);
    expect([...shortCodes].filter(([, emoji]) => !isEmoji(emoji))).toEqual([]);
    expect([...shortCodes.keys()].filter((code) => !/^[a-z0-9_+-]+$/.test(code))).toEqual([]);
  });

  test.each([
    [':+1:', '👍'],
    ['heart', '❤️'],
    [':JOY:', '😂'],
    ['constructor', undefined],
    [':nothing_like_it:', undefined],
  ])('%s', (typed, emoji) => {
    expect(emojiOfCode(typed)).toBe(emoji);
  });

  test('are found by their beginning, then by the beginning of a part, each emoji once', () => {
    const found = findShortCodes(':hea', 20).map(({ code }) => code);
    expect(found.slice(0, 3)).toEqual(['heart', 'heart_eyes', 'hearts']);
    expect(found).toContain('broken_heart');
    expect(found.indexOf('broken_heart')).toBeGreaterThan(found.indexOf('heart_hands'));
    expect(new Set(findShortCodes('t', 500).map(({ emoji }) => emoji)).size).toBe(
      findShortCodes('t', 500).length,
    );
    expect(findShortCodes('heart', 2)).toHaveLength(2);
  });
});
