// Ink's own class is the reference: with its rows remembered it must draw the same frames.
import { describe, expect, test } from 'vitest';
import { type InkOutputClass, rowOutput } from '../../../src/ui/ink/row-output.ts';
import { chance } from '../../text/corpus.ts';

const { default: Ink } = (await import('../../../node_modules/ink/build/output.js')) as unknown as {
  default: InkOutputClass;
};
const Remembering = rowOutput(Ink);

type Write = {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly transformers: ((text: string) => string)[];
};

const frame = (Output: InkOutputClass, writes: readonly Write[], clip?: object) => {
  const output = new Output({ width: 40, height: 6 });
  if (clip) output.clip(clip);
  for (const { x, y, text, transformers } of writes) output.write(x, y, text, { transformers });
  return output.get();
};

const source = chance(5);
const parts = [
  'plain words ',
  '\u001b[1mbold\u001b[22m',
  '\u001b[31mred ',
  '\u001b[39m',
  '\u001b[7m reversed \u001b[27m',
  '│',
  '漢字',
  '👩‍👩‍👧',
  'e\u0301',
  '   ',
  '\u00ad',
  'नमस्ते',
  '7',
];
const same = (text: string) => text;
const louder = (text: string) => text.toUpperCase();
const write = (more: readonly string[], transformers: Write['transformers']): Write => ({
  x: source.below(30) - 3,
  y: source.below(9) - 1,
  text: Array.from({ length: source.below(7) }, () => source.pick([...parts, ...more])).join(''),
  transformers,
});

describe('a frame of remembered rows is the frame that Ink draws', () => {
  test('whatever is written side by side and over one another', () => {
    for (let round = 0; round < 1_500; round++) {
      const writes = Array.from({ length: source.below(12) }, () => write([], [same]));
      expect(frame(Remembering, writes)).toEqual(frame(Ink, writes));
    }
  });

  test('with texts of several lines, transformed ones and clipped ones', () => {
    for (let round = 0; round < 500; round++) {
      const transformers = source.below(2) ? [same] : [same, louder];
      const writes = Array.from({ length: source.below(8) }, () => write(['\n'], transformers));
      const clip = source.below(2) ? { x1: 2, x2: 20, y1: 1, y2: 4 } : undefined;
      expect(frame(Remembering, writes, clip)).toEqual(frame(Ink, writes, clip));
    }
  });
});

test('a row that was drawn before is not made again, wherever it stands', () => {
  let made = 0;
  class Counting extends Ink {
    override get() {
      made += 1;
      return super.get();
    }
  }
  const Output = rowOutput(Counting);
  // Wide, so that Ink makes them: see quick-row.test.ts.
  const at = (y: number, text: string) => ({ x: 0, y, text: `字 ${text}`, transformers: [same] });
  frame(Output, [at(0, 'one'), at(1, 'two'), at(2, 'three')]);
  expect(made).toBe(3);
  frame(Output, [at(0, 'two'), at(1, 'three'), at(2, 'four')]);
  expect(made).toBe(4);
});
