import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { formatLink, LinkError, parseLink } from '../../src/protocol/link.ts';
import { parseRoom } from '../../src/protocol/names.ts';
import { makePostId } from '../../src/protocol/post-id.ts';
import { textFits } from '../../src/protocol/text-limit.ts';

const fingerprint = 'Zm9vYmFyYmF6cXV4-_Zm9vYmFyYmF6cXV4Zm9vYmF0a';

describe('rooms', () => {
  test.each([
    ['#General', 'general'],
    [' random ', 'random'],
    ['ＤＥＶ', 'dev'],
    ['Cafe\u0301', 'café'],
    ['日本', '日本'],
    ['v1.2-rc_3', 'v1.2-rc_3'],
  ])('%j is the room %s', (typed, room) => {
    expect(parseRoom(typed)).toEqual({ ok: true, room });
  });

  test.each(['', '#', '##x', 'a b', '../x', '-x', '.x', 'a/b', '\x1b[2J', 'a\u200bb', '_x', 'x'.repeat(65)])(
    '%j is none, and a sentence says why',
    (typed) => {
      expect(parseRoom(typed)).toEqual({
        ok: false,
        sentence: expect.stringMatching(/^A room's name .*\.$/),
      });
    },
  );

  test('a name has 64 characters, not one more', () => {
    expect(parseRoom('x'.repeat(limits.roomChars)).ok).toBe(true);
    expect(parseRoom('x'.repeat(limits.roomChars + 1)).ok).toBe(false);
    expect(parseRoom('ﷺ'.repeat(64)).ok).toBe(false);
  });
});

describe('links', () => {
  test.each([
    ['host', { host: 'host', port: 2428 }],
    ['host.example:99', { host: 'host.example', port: 99 }],
    ['127.0.0.1', { host: '127.0.0.1', port: 2428 }],
    ['::1', { host: '::1', port: 2428 }],
    ['[::1]:2429', { host: '::1', port: 2429 }],
    ['chat://h:1/general', { host: 'h', port: 1, room: 'general' }],
    [`CHAT://h/#${fingerprint}`, { host: 'h', port: 2428, fingerprint }],
    [
      `chat://h:1/general#${fingerprint}.tok-_9`,
      { host: 'h', port: 1, room: 'general', fingerprint, token: 'tok-_9' },
    ],
  ])('%s is read', (text, link) => {
    expect(parseLink(text)).toEqual(link);
  });

  test('what is written is read back, and needs no quotes in a shell', () => {
    for (const text of ['host', '[::1]:9', `chat://h:1/café#${fingerprint}.t`, 'chat://h/日本']) {
      const written = formatLink(parseLink(text));
      expect(parseLink(written)).toEqual(parseLink(text));
      expect(written).toMatch(/^chat:\/\/[\w.:/[\]%#-]+$/);
    }
  });

  test.each([
    '',
    'a b',
    'http://host',
    'host:0',
    'host:65536',
    'host:x',
    'host:',
    '-oProxyCommand=x',
    '[x]:1',
    '[::1',
    'host/..',
    'host/%zz',
    `host/r#${fingerprint}x`,
    'host#short',
    `host#${fingerprint}.`,
    'x'.repeat(2_000),
  ])('%j is none, and the error is a sentence', (text) => {
    expect(() => parseLink(text)).toThrow(LinkError);
    expect(() => parseLink(text)).toThrow(/[.?]$/);
  });
});

describe('post ids', () => {
  const ones = (bytes: number) => new Uint8Array(bytes).fill(0xff);

  test('are UUIDs of version 7 that rise with time', () => {
    expect(makePostId(0x018f2f6e7b2a, ones)).toBe('018f2f6e-7b2a-7fff-bfff-ffffffffffff');
    expect(makePostId(0, (bytes) => new Uint8Array(bytes))).toBe('00000000-0000-7000-8000-000000000000');
    expect(makePostId(1_000, ones) < makePostId(1_001, (bytes) => new Uint8Array(bytes))).toBe(true);
  });
});

describe('the limit of a text', () => {
  const max = limits.textBytes;

  test.each([
    ['x', 1],
    ['é', 2],
    ['漢', 3],
    ['😀', 4],
    ['\n', 2],
    ['"', 2],
    ['\x01', 6],
    ['\ud800', 6],
  ])('%j counts as %d bytes', (character, bytes) => {
    const fitting = Math.floor(max / bytes);
    expect(textFits(character.repeat(fitting))).toBe(true);
    expect(textFits(character.repeat(fitting + 1))).toBe(false);
  });
});
