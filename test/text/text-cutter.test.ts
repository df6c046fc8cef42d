import { describe, expect, test } from 'vitest';
import { textFits } from '../../src/protocol/text-limit.ts';
import { type Piece, splitText, TextCutter } from '../../src/text/text-cutter.ts';
import { chance } from './corpus.ts';

const join = (pieces: readonly Piece[]) =>
  pieces.map((piece) => piece.text + (piece.endsLine ? '\n' : '')).join('');

describe('cutting', () => {
  test('what fits is one message, without its last line end', () => {
    expect(splitText('one\ntwo\n', 64)).toEqual([{ text: 'one\ntwo', endsLine: true }]);
  });

  test('long input is cut at line ends', () => {
    expect(splitText('aaaa\nbbbb\ncccc', 12).map((piece) => piece.text)).toEqual(['aaaa\nbbbb', 'cccc']);
  });

  test('a line that is too long is cut between graphemes', () => {
    expect(splitText('👩‍👩‍👧👩‍👩‍👧', 30).map((piece) => piece.text)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧']);
    expect(splitText(`abcdefg${'e\u0301'}h`, 8).map((piece) => piece.text)).toEqual(['abcdefg', 'e\u0301h']);
  });

  test('whole lines can be had before the end', () => {
    const cutter = new TextCutter(64);
    expect(cutter.push('one\ntwo\nthr')).toEqual([]);
    expect(cutter.flush()).toEqual([{ text: 'one\ntwo', endsLine: true }]);
    expect(cutter.flush()).toEqual([]);
    expect(cutter.push('ee\n')).toEqual([]);
    expect(cutter.flush()).toEqual([{ text: 'three', endsLine: true }]);
    expect(cutter.end()).toEqual([]);
  });

  test('any text in any chunks: every message fits, and joined they are the input', () => {
    const source = chance(7);
    const alphabet = [
      'a',
      '\n',
      '"',
      '\\',
      '\x01',
      'é',
      '漢',
      '😀',
      'e\u0301',
      '\ud800',
      ' ',
      '👩‍👩‍👧',
      '\u2028',
    ];
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: source.below(60) }, () => source.pick(alphabet)).join('');
      const bytesMax = 8 + source.below(40);
      const cutter = new TextCutter(bytesMax);
      const pieces: Piece[] = [];
      for (let at = 0; at < text.length; ) {
        const next = at + 1 + source.below(9);
        pieces.push(...cutter.push(text.slice(at, next)));
        at = next;
      }
      pieces.push(...cutter.end());
      expect(join(pieces)).toBe(text);
      expect(pieces.filter((piece) => !textFits(piece.text, bytesMax))).toEqual([]);
    }
  });

  test('a mebibyte without any line end becomes full messages', () => {
    const pieces = splitText('x'.repeat(1_048_576));
    expect(pieces).toHaveLength(64);
    expect(new Set(pieces.map((piece) => piece.text.length))).toEqual(new Set([16_384]));
  });
});
