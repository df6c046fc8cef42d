// Markdown within a line: `code`, **bold**, *italic* and _italic_, ~~struck~~, links. What is not balanced stays as it
// was typed, and so does whatever may be something else (2 * 3 * 4, snake_case, __init__, *.js). Costs O(length): every
// mark is looked at once, whatever stands there. Pure; called by markdown.ts.

import { placesIn } from '../state/mentions.ts';
import type { Role } from '../theme.ts';
import { linksIn } from './links.ts';
import type { Piece } from './styled.ts';

/** A part of the line: looked into for emphasis, or as it is. */
type Part =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'mark'; readonly text: string; readonly opens: boolean; readonly closes: boolean }
  | { readonly is: 'whole'; readonly text: string; readonly roles: readonly Role[]; readonly href?: string };

export const inlinePieces = (
  line: string,
  calls: readonly string[],
  roles: readonly Role[] = [],
): readonly Piece[] => {
  if (!/[`*_~[:]/.test(line)) return marked([{ text: line, roles }], calls);
  return marked(styled(partsOf(line), roles), calls);
};

/** Words that speak to the reader stand out, outside of code and links. */
const marked = (pieces: readonly Piece[], calls: readonly string[]): readonly Piece[] => {
  if (calls.length === 0) return pieces;
  return pieces.flatMap((piece) => {
    if (piece.href !== undefined || piece.roles.includes('code')) return piece;
    const made: Piece[] = [];
    let from = 0;
    for (const { start, end } of placesIn(piece.text, calls)) {
      made.push({ ...piece, text: piece.text.slice(from, start) });
      made.push({ ...piece, text: piece.text.slice(start, end), roles: [...piece.roles, 'mention'] });
      from = end;
    }
    return [...made, { ...piece, text: piece.text.slice(from) }].filter(({ text }) => text !== '');
  });
};

const special = /`+|\*+|_+|~~|\[|\]\(/g;

/** Code and links first: nothing within them is a mark. */
const partsOf = (line: string): readonly Part[] => {
  const wholes = [...codesIn(line), ...linksIn(line).map(linkPart(line))].sort((a, b) => a.start - b.start);
  const parts: Part[] = [];
  let at = 0;
  for (const { start, end, part } of wholes) {
    if (start < at) continue;
    parts.push(...marksOf(line, at, start), part);
    at = end;
  }
  return named([...parts, ...marksOf(line, at, line.length)]);
};

type Whole = { readonly start: number; readonly end: number; readonly part: Part };

const linkPart =
  (line: string) =>
  ({ start, end, url }: { start: number; end: number; url: string }): Whole => ({
    start,
    end,
    part: { is: 'whole', text: line.slice(start, end), roles: ['link'], href: url },
  });

/** Between two runs of as many backticks. The runs are shown: without colours they are what tells code from text. */
export const codesIn = (line: string): readonly Whole[] => {
  const runs = [...line.matchAll(/`+/g)].map(({ 0: { length }, index }) => ({
    start: index,
    end: index + length,
  }));
  const next = new Map<number, number>();
  const closing = runs.map(() => -1);
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const length = lengthOf(runs[at]);
    closing[at] = next.get(length) ?? -1;
    next.set(length, at);
  }
  const found: Whole[] = [];
  for (let at = 0; at < runs.length; at += 1) {
    const [open, close] = [runs[at], runs[closing[at] ?? -1]];
    if (!open || !close) continue;
    const text = line.slice(open.start, close.end);
    found.push({ start: open.start, end: close.end, part: { is: 'whole', text, roles: ['code'] } });
    at = closing[at] ?? at;
  }
  return found;
};

const lengthOf = (run: { readonly start: number; readonly end: number } | undefined): number =>
  run ? run.end - run.start : 0;

const isBlankAt = (line: string, at: number): boolean =>
  at < 0 || at >= line.length || /\s/.test(line.charAt(at));
const isWordAt = (line: string, at: number): boolean => {
  const unit = line.charAt(at);
  return wordLetter.test(unit) && !unspaced.test(unit);
};
const wordLetter = /[\p{L}\p{N}_]/u;
/** Scripts without blanks between words: there every place is one between words. */
const unspaced = /[\u0e00-\u0eff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;

/** A mark opens before a word and closes behind one, never within: 2*3*4 and snake_case are no emphasis. */
const marksOf = (line: string, start: number, end: number): readonly Part[] => {
  const parts: Part[] = [];
  let at = start;
  special.lastIndex = start;
  for (let match = special.exec(line); match && match.index < end; match = special.exec(line)) {
    const [text] = match;
    const from = match.index;
    const to = from + text.length;
    parts.push({ is: 'text', text: line.slice(at, from) }, markOf(line, text, from, to));
    at = to;
  }
  parts.push({ is: 'text', text: line.slice(at, end) });
  return parts.filter((part) => part.text !== '');
};

const known: ReadonlySet<string> = new Set(['*', '**', '***', '_', '~~']);

const markOf = (line: string, text: string, from: number, to: number): Part => {
  if (text === '[' || text === '](') return { is: 'mark', text, opens: false, closes: false };
  if (!known.has(text) || line.charAt(from - 1) === '\\') return { is: 'text', text };
  const opens = !isBlankAt(line, to) && !isWordAt(line, from - 1);
  const closes = !isBlankAt(line, from - 1) && !isWordAt(line, to);
  return { is: 'mark', text, opens, closes };
};

/** `[text](https://…)`: the text, and behind it where it leads. Nobody is led elsewhere than what is read. */
const named = (parts: readonly Part[]): readonly Part[] => {
  const made: Part[] = [];
  let opened = -1;
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at];
    if (!part) continue;
    const link = parts[at + 1];
    if (part.text === '[' && part.is === 'mark') opened = made.length;
    if (
      part.text === '](' &&
      part.is === 'mark' &&
      opened >= 0 &&
      link?.is === 'whole' &&
      link.href !== undefined
    ) {
      const after = parts[at + 2];
      if (after?.is === 'text' && after.text.startsWith(')')) {
        const text = made
          .slice(opened + 1)
          .map((one) => one.text)
          .join('');
        made.length = opened;
        made.push({ is: 'whole', text, roles: ['link'], href: link.href });
        made.push({ is: 'text', text: ' (' }, link, { is: 'text', text: after.text });
        opened = -1;
        at += 2;
        continue;
      }
    }
    made.push(part);
  }
  return made;
};

const rolesOf: Readonly<Record<string, readonly Role[]>> = {
  '*': ['emphasis'],
  _: ['emphasis'],
  '**': ['strong'],
  '***': ['strong', 'emphasis'],
  '~~': ['struck'],
};

/** Each mark with its counterpart; one that was opened within and not closed is text. */
const pairsOf = (parts: readonly Part[]): ReadonlyMap<number, 'opens' | 'closes'> => {
  const pairs = new Map<number, 'opens' | 'closes'>();
  const open: number[] = [];
  /** Per mark, where in `open` its openers stand; what was closed around them is let go of when it is met. */
  const depths = new Map<string, { readonly depth: number; readonly index: number }[]>();
  parts.forEach((part, index) => {
    if (part.is !== 'mark') return;
    const same = depths.get(part.text) ?? [];
    depths.set(part.text, same);
    for (let last = same.at(-1); last && open[last.depth] !== last.index; last = same.at(-1)) same.pop();
    const opener = part.closes ? same.pop() : undefined;
    if (opener) {
      pairs.set(opener.index, 'opens').set(index, 'closes');
      open.length = opener.depth;
    } else if (part.opens) {
      same.push({ depth: open.length, index });
      open.push(index);
    }
  });
  return pairs;
};

const emphases: readonly Role[] = ['strong', 'emphasis', 'struck'];

const styled = (parts: readonly Part[], base: readonly Role[]): readonly Piece[] => {
  const pairs = pairsOf(parts);
  const pieces: Piece[] = [];
  const on = new Map<Role, number>();
  parts.forEach((part, index) => {
    const pair = pairs.get(index);
    if (pair !== undefined) {
      const by = pair === 'opens' ? 1 : -1;
      for (const role of rolesOf[part.text] ?? []) on.set(role, (on.get(role) ?? 0) + by);
      return;
    }
    const own = part.is === 'whole' ? part.roles : [];
    const roles = [...base, ...emphases.filter((role) => (on.get(role) ?? 0) > 0), ...own];
    if (part.is === 'whole' && part.href !== undefined)
      pieces.push({ text: part.text, roles, href: part.href });
    else push(pieces, { text: part.text, roles });
  });
  return pieces;
};

/** Behind a piece of the same looks it is one with it: a word is not cut where a mark turned out to be none. */
const push = (pieces: Piece[], piece: Piece): void => {
  const last = pieces.at(-1);
  const isSame = last && last.href === undefined && last.roles.join() === piece.roles.join();
  if (isSame) pieces[pieces.length - 1] = { ...last, text: last.text + piece.text };
  else pieces.push(piece);
};
