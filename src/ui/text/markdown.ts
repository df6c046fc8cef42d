// Markdown's everyday part, as lines of styled text: what stands within a line (inline.ts), code blocks in colours,
// quotes and lists, which hang where they go on. What was typed stays what is copied: this is only how it looks. Pure;
// called by message-rows.ts for what is in sight.
import type { SafeText } from '../../text/safe-text.ts';
import { codePieces } from './highlight.ts';
import { inlinePieces } from './inline.ts';
import { plainLine, type StyledLine } from './styled.ts';

const fence = /^ {0,3}```+([^`]*)$/;

/** The language a fence names, or that it names none; `undefined`: it is no fence. */
const fenceName = (line: string): string | undefined => {
  const name = fence.exec(line)?.[1]?.trim();
  return name !== undefined && /^[\w+#.-]*$/.test(name) ? name : undefined;
};

export const isFence = (line: string): boolean => fenceName(line) !== undefined;

/** `calls`: words that stand out. `isCut`: the text goes on, a block that is not closed here is one all the same. */
export const styledLines = (
  text: SafeText,
  calls: readonly string[],
  isCut: 'cut' | 'whole',
): readonly StyledLine[] => {
  const lines = text.split('\n');
  const made: StyledLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const name = fenceName(lines[at] ?? '');
    const end = name === undefined ? -1 : fenceEnd(lines, at, isCut);
    if (name !== undefined && end > at + 1) {
      made.push(...codeLines(lines.slice(at + 1, end), name));
      at = end;
    } else made.push(textLine(lines[at] ?? '', calls));
  }
  return made;
};

/** The line that closes the block opened at `at`; -1: none does. */
const fenceEnd = (lines: readonly string[], at: number, isCut: 'cut' | 'whole'): number => {
  const end = lines.findIndex((line, index) => index > at && fenceName(line) === '');
  return end < 0 && isCut === 'cut' ? lines.length : end;
};

/** A bar of its own, so that code is told from text without colours too. */
const codeLines = (lines: readonly string[], name: string): readonly StyledLine[] =>
  codePieces(lines, name).map((pieces) => ({ lead: '▏ ', hang: '▏ ', leadRoles: ['dim'], pieces }));

const quoteMark = /^(?:> ?)+/;
const listMark = /^ *(?:[-*+•]|\d{1,9}[.)]) +(?=\S)/;

const textLine = (line: string, calls: readonly string[]): StyledLine => {
  const [quote] = quoteMark.exec(line) ?? [];
  if (quote !== undefined) {
    const pieces = inlinePieces(line.slice(quote.length), calls, ['quoted']);
    return { lead: quote, hang: quote, leadRoles: ['dim'], pieces };
  }
  const [mark] = listMark.exec(line) ?? [];
  if (mark === undefined) return plainLine(inlinePieces(line, calls));
  const pieces = inlinePieces(line.slice(mark.length), calls);
  return { lead: mark, hang: ' '.repeat(mark.length), leadRoles: [], pieces };
};
