// Text in pieces, each with its looks, and the rows it makes at a width: every row begins and ends its own looks, so
// that none reaches into the gutter or into another row. Pure; made by markdown.ts, painted for message-rows.ts.
import type { SafeText } from '../../text/safe-text.ts';
import { columns } from '../../text/width.ts';
import type { Role, Theme } from '../theme.ts';
import { wrapLine } from './wrap.ts';

export type Piece = {
  readonly text: string;
  readonly roles: readonly Role[];
  /** Made by links.ts: where a click on it leads. */
  readonly href?: string;
  /** Painted as this person's nick. */
  readonly nick?: SafeText;
};

/** `lead` stands before the first row, `hang` before those it goes on in; both are as wide. */
export type StyledLine = {
  readonly lead: string;
  readonly hang: string;
  readonly leadRoles: readonly Role[];
  readonly pieces: readonly Piece[];
};

export const plainLine = (pieces: readonly Piece[]): StyledLine => ({
  lead: '',
  hang: '',
  leadRoles: [],
  pieces,
});

/** Narrower than this a text is not set in: then what hangs gives way. */
const textColumnsMin = 8;

const painted = (text: string, roles: readonly Role[], theme: Theme): string =>
  roles.reduce((shown, role) => theme.paint(role, shown), text);

const paintedPiece = (text: string, piece: Piece, more: readonly Role[], theme: Theme): string => {
  const named = piece.nick === undefined ? text : theme.nick(piece.nick, text);
  const shown = painted(named, [...piece.roles, ...more], theme);
  return piece.href === undefined ? shown : theme.link(piece.href, shown);
};

/** The pieces of a line from one place on, in order: rows ask for one part after the other. */
const reader = (pieces: readonly Piece[], more: readonly Role[], theme: Theme) => {
  let [index, from] = [0, 0];
  return (start: number, end: number): string => {
    let row = '';
    for (let piece = pieces[index]; piece && from < end; ) {
      const to = from + piece.text.length;
      const text = piece.text.slice(Math.max(0, start - from), end - from);
      if (text !== '') row += paintedPiece(text, piece, more, theme);
      if (to > end) break;
      from = to;
      index += 1;
      piece = pieces[index];
    }
    return row;
  };
};

/** The rows of a line, each at most `width` columns. `more`: looks of all of it. */
export const styledRows = (
  line: StyledLine,
  width: number,
  theme: Theme,
  more: readonly Role[] = [],
): readonly string[] => {
  const leadColumns = columns(line.lead);
  if (leadColumns > 0 && width - leadColumns < textColumnsMin)
    return styledRows(
      plainLine([{ text: line.lead, roles: line.leadRoles }, ...line.pieces]),
      width,
      theme,
      more,
    );
  const text = line.pieces.map((piece) => piece.text).join('');
  const part = reader(line.pieces, more, theme);
  return wrapLine(text, width - leadColumns).map(({ start, end }, row) => {
    const before = row === 0 ? line.lead : line.hang;
    return (
      painted(before, before.trim() === '' ? [] : [...line.leadRoles, ...more], theme) + part(start, end)
    );
  });
};
