// The rows of one line of the timeline, painted: the gutter (time, nick, `│`) and the text beside it. Every row of a
// message begins with the gutter, so none can look like another author's. The wrapped text is cached on the item by
// width and theme; only what is on the screen is ever asked for. Called by the timeline pane and the scroll steps.

import { fileSize } from '../../text/size.ts';
import type { IgnoredRun, Line, Marker, Merged, Shown } from '../state/lines.ts';
import type { MessageItem, NewsItem, NoticeItem, TransferItem } from '../state/state.ts';
import type { Theme } from '../theme.ts';
import { comingsText } from './comings.ts';
import { clock, dayName } from './format.ts';
import { messageRows, pendingRows } from './message-rows.ts';
import { progressRows } from './progress-rows.ts';
import { cutTo, padEnd, padStart, wrap } from './wrap.ts';

/** How the timeline's columns are shared out. */
export type Gutter = {
  readonly hasTime: boolean;
  readonly nickColumns: number;
  /** Columns before the text: time, nick, mark, bar. */
  readonly columns: number;
  /** Columns of the text. */
  readonly textColumns: number;
};

/** A blank before all, so that the room list's border stands free. */
const leadColumns = 1;
const timeColumns = 6;
/** The mark of an own message, the bar and a blank. */
const barColumns = 3;

/** So narrow that it does not jump for each short nick. */
const nickColumnsMin = 6;
/** Longer nicks are cut: the text needs the columns more. */
const nickColumnsMax = (width: number): number => (width < 48 ? 8 : width < 64 ? 10 : 16);

/** The timeline's pane and the longest nick in it, in columns. */
export type Pane = { readonly width: number; readonly nickColumns: number };

export const gutterFor = ({ width, nickColumns: wanted }: Pane): Gutter => {
  const hasTime = width >= 48;
  const nickColumns = Math.min(Math.max(wanted, nickColumnsMin), nickColumnsMax(width));
  const columns = leadColumns + (hasTime ? timeColumns : 0) + nickColumns + barColumns;
  // The last column stays free, so that a list on the right stands apart.
  return { hasTime, nickColumns, columns, textColumns: Math.max(8, width - columns - 1) };
};

type Held = { readonly width: number; readonly theme: Theme; readonly rows: readonly string[] };
const cache = new WeakMap<Shown, Held>();

/** The text of an item in rows of at most `width` columns, painted. */
export const textRows = (item: Shown, width: number, theme: Theme): readonly string[] => {
  const held = cache.get(item);
  if (held && held.width === width && held.theme === theme) return held.rows;
  const rows = makers[item.is](item as never, width, theme);
  cache.set(item, { width, theme, rows });
  return rows;
};

type Maker<Item> = (item: Item, width: number, theme: Theme) => readonly string[];

const newsRows: Maker<NewsItem> = (item, width, theme) =>
  wrap(item.text, width).map((row) => theme.paint('dim', row));

const noticeRows: Maker<NoticeItem> = (item, width, theme) =>
  wrap(item.text, width).map((row) => theme.paint(item.tone === 'error' ? 'error' : 'notice', row));

const transferRows: Maker<TransferItem> = (item, width, theme) => {
  const { transfer } = item;
  const arrow = transfer.direction === 'up' ? '⇧' : '⇩';
  return [
    cutTo(`${arrow} ${transfer.name} ${fileSize(transfer.size)}`, width),
    ...progressRows(transfer, width, theme),
  ];
};

const mergedRows: Maker<Merged> = (item, width, theme) =>
  wrap(comingsText(item.items), width).map((row) => theme.paint('dim', row));

const markerRows: Maker<Marker> = ({ count }, width, theme) => [markerRow(count, width, theme)];

const ignoredRows: Maker<IgnoredRun> = ({ keys }, width, theme) => [
  theme.paint('dim', cutTo(`${keys.length} ignored message${keys.length === 1 ? '' : 's'}`, width)),
];

const makers: { readonly [Is in Shown['is']]: Maker<Extract<Shown, { is: Is }>> } = {
  message: messageRows,
  news: newsRows,
  pending: pendingRows,
  notice: noticeRows,
  transfer: transferRows,
  merged: mergedRows,
  marker: markerRows,
  ignored: ignoredRows,
};

/** What stands for the author: a nick, or a sign where the text names who it is about. */
const authorOf = (item: Shown): { readonly nick: string; readonly isNick: boolean } => {
  if (item.is === 'notice') return { nick: item.tone === 'error' ? '!' : '-', isNick: false };
  if (item.is === 'merged' || item.is === 'news' || item.is === 'marker' || item.is === 'ignored')
    return { nick: '--', isNick: false };
  if (item.is !== 'transfer' && item.isAction) return { nick: '*', isNick: false };
  return { nick: item.nick, isNick: true };
};

/** Sending, sent and failed as signs, not as colours. */
const markOf = (item: Shown, theme: Theme): string => {
  if (item.is === 'message') return messageMark(item, theme);
  if (item.is !== 'pending') return ' ';
  return item.state === 'failed' ? theme.paint('error', '✗') : theme.paint('dim', '○');
};

const messageMark = ({ isOwn, doing }: MessageItem, theme: Theme): string => {
  if (doing?.refused.length) return theme.paint('error', '✗');
  if (doing?.isUnderWay) return theme.paint('dim', '○');
  return isOwn ? theme.paint('dim', '✓') : ' ';
};

/** What speaks to the reader has a bar that is seen from afar, also without colours. */
const barOf = (item: Shown, theme: Theme): string =>
  item.is === 'message' && item.calls.length > 0 ? theme.paint('mention', '┃ ') : theme.paint('dim', '│ ');

/** Blanks are left unpainted: each change of colour costs Ink as much as a word of text. */
const gutterText = (line: Line, row: number, gutter: Gutter, theme: Theme): string => {
  const bar = barOf(line.item, theme);
  if (row > 0) return ' '.repeat(gutter.columns - 2) + bar;
  const timeText = line.hasTime ? ` ${clock(line.item.at)} ` : ' '.repeat(leadColumns + timeColumns);
  const time = gutter.hasTime ? timeText : ' ';
  const mark = markOf(line.item, theme);
  if (!line.hasNick)
    return `${line.hasTime ? theme.paint('dim', time) : time}${' '.repeat(gutter.nickColumns)}${mark}${bar}`;
  const { nick, isNick } = authorOf(line.item);
  const shown = padStart(nick, gutter.nickColumns);
  const painted = isNick ? theme.nick(nick, shown) : theme.paint('dim', shown);
  return `${line.hasTime ? theme.paint('dim', time) : time}${painted}${mark}${bar}`;
};

/** `─────── Sun 22 Nov 2026 ───────`, `width` columns. */
export const dayRow = (day: number, width: number, theme: Theme): string => {
  const name = ` ${dayName(day)} `;
  const left = Math.max(0, Math.floor((width - name.length) / 2));
  const text = padEnd(`${'─'.repeat(left)}${name}`, Math.max(left + name.length, 0));
  return theme.paint('day', cutTo(text + '─'.repeat(Math.max(0, width - text.length)), width));
};

/** The message that was chosen or found: its gutter is reversed, and its bar is a block. */
export type Pointed = 'pointed-at' | 'not';

const codes = /\u001b\[[\d;]*m/g;

/** With its author, also where that is the one above: who chooses asks who said it. */
const pointedGutter = (line: Line, row: number, gutter: Gutter, theme: Theme): string => {
  const bare = gutterText({ ...line, hasNick: true, hasTime: true }, row, gutter, theme).replaceAll(
    codes,
    '',
  );
  return `${theme.paint('selected', bare.slice(0, -2))}▌ `;
};

const textOf = (line: Line, row: number, gutter: Gutter, theme: Theme): string =>
  textRows(line.item, gutter.textColumns, theme)[row] ?? '';

/** `─ ─ ─ ─ 4 new ─ ─ ─ ─`, `width` columns. */
const markerRow = (count: number, width: number, theme: Theme): string => {
  const text = ` ${count} new `;
  const pairs = Math.max(0, Math.floor((width - text.length) / 4));
  return theme.paint('accent', cutTo(' ─'.repeat(pairs) + text + '─ '.repeat(pairs).trimEnd(), width));
};

/** One row of the timeline as it is drawn. Row -1 of a line is its day line. */
export const paintRow = (line: Line, row: number, pane: Pane, theme: Theme, is: Pointed = 'not'): string => {
  if (row < 0) return dayRow(line.day ?? line.item.at, pane.width, theme);
  if (line.item.is === 'marker') return markerRow(line.item.count, pane.width, theme);
  const gutter = gutterFor(pane);
  const before = is === 'not' ? gutterText : pointedGutter;
  return before(line, row, gutter, theme) + textOf(line, row, gutter, theme);
};

/** The topmost row: whoever scrolls to the middle of somebody's messages still sees whose they are. */
export const paintTopRow = (
  line: Line,
  row: number,
  pane: Pane,
  theme: Theme,
  is: Pointed = 'not',
): string => {
  if (row < 0 || line.item.is === 'marker') return paintRow(line, row, pane, theme);
  const gutter = gutterFor(pane);
  const before = is === 'not' ? gutterText : pointedGutter;
  return (
    before({ ...line, hasNick: true, hasTime: true }, 0, gutter, theme) + textOf(line, row, gutter, theme)
  );
};

/** Rows of a line without its day line. */
export const rowCount = (line: Line, pane: Pane, theme: Theme): number =>
  textRows(line.item, gutterFor(pane).textColumns, theme).length;
