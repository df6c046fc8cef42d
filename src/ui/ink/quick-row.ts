// A row of the screen as Ink would make it, for the rows that nearly all are: one text from the first column on, of
// characters that are one column each, painted with the few codes of our theme. Ink cuts such a row into characters
// with their styles and puts them together again, 50 µs for what is mostly the text itself; here only where the paint
// changes is looked at. Anything else is `undefined`, and Ink makes it. Tests compare the two. Called by row-output.ts.
import { narrow } from '../../text/units.ts';

/** A run of text, or one code. */
const part = /\u001b\[([\d;]+)m|[^\u001b]+/gy;

/** Which code ends which: bold, faint, reverse, italic, underlined, struck, and the colours of theme.ts. */
const endOf = (on: string): string | undefined => {
  if (on === '1' || on === '2') return '22';
  if (on === '3' || on === '4' || on === '7' || on === '9') return `2${on}`;
  return /^(?:3[0-7]|9[0-7]|38;5;\d{1,3})$/.test(on) ? '39' : undefined;
};
const ends = new Set(['22', '23', '24', '27', '29', '39']);

const code = (number: string | undefined): string => `\u001b[${number}m`;
const opened = (styles: readonly string[]): string => styles.map(code).join('');
const closed = (styles: readonly string[]): string => styles.map(endOf).toReversed().map(code).join('');

/** Nested as our theme nests: what began last ends first, and nothing begins that is there already. */
const restyled = (styles: readonly string[], number: string): readonly string[] | undefined => {
  if (ends.has(number)) return endOf(styles.at(-1) ?? '') === number ? styles.slice(0, -1) : undefined;
  const end = endOf(number);
  return end === undefined || styles.some((one) => endOf(one) === end) ? undefined : [...styles, number];
};

/** From one paint to another that shares no code with it. `undefined`: they share some. */
const change = (from: readonly string[], to: readonly string[]): string | undefined => {
  if (from === to || from.join() === to.join()) return '';
  const isShared = from.some((one) => to.some((other) => endOf(one) === endOf(other)));
  return isShared ? undefined : closed(from) + opened(to);
};

export const quickRow = (text: string, width: number): string | undefined => {
  let row = '';
  let columns = 0;
  let styles: readonly string[] = [];
  let written: readonly string[] = [];
  part.lastIndex = 0;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    const [run, number] = part.exec(text) ?? [];
    if (run === undefined) return undefined;
    if (number === undefined) {
      const between = change(written, styles);
      columns += run.length;
      if (between === undefined || columns > width || !narrow.test(run)) return undefined;
      row += between + run;
      written = styles;
      continue;
    }
    const next = restyled(styles, number);
    if (next === undefined) return undefined;
    styles = next;
  }
  // What is left open at the end of a text paints nothing behind it.
  return (row + closed(written)).trimEnd();
};
