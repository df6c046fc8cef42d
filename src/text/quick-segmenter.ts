// Intl.Segmenter, made when it is first needed: it takes 13 ms of the start to make one, and 50 µs to cut a row of the
// screen, most of which need none. The build puts it where our code and Ink's say `new Intl.Segmenter`
// (scripts/build.mjs); tests hold it against the one it stands for.
import { isOfUnits } from './units.ts';

type Segment = { readonly segment: string; readonly index: number; readonly input: string };
type Segments = Iterable<Segment> & { containing(index?: number): Segment | undefined };

const oneByOne = (input: string): Segments => {
  const at = (index: number): Segment => ({ segment: input.charAt(index), index, input });
  return {
    [Symbol.iterator]: () => Array.from({ length: input.length }, (_, index) => at(index)).values(),
    containing: (index = 0) => (index >= 0 && index < input.length ? at(Math.trunc(index)) : undefined),
  };
};

export class QuickSegmenter {
  readonly #make: () => Intl.Segmenter;
  readonly #isOfGraphemes: boolean;
  #made: Intl.Segmenter | undefined;

  constructor(locales?: Intl.LocalesArgument, options?: Intl.SegmenterOptions) {
    this.#isOfGraphemes = (options?.granularity ?? 'grapheme') === 'grapheme';
    // Written so that the build, which replaces the short form, leaves it.
    this.#make = () => new globalThis.Intl.Segmenter(locales, options);
  }

  segment(text: string): Segments {
    if (this.#isOfGraphemes && isOfUnits(text)) return oneByOne(text);
    this.#made ??= this.#make();
    return this.#made.segment(text);
  }
}
