// What a message looks like, row by row: the line it answers, its text in Markdown's everyday looks or its file, that it
// was edited or is gone, and its reactions. Painted, at most as wide as it is told. Pure; called by rows.ts, which keeps
// what was made.
import { foldLines, isBlank } from '../../text/safe-text.ts';
import { fileSize } from '../../text/size.ts';
import { columns } from '../../text/width.ts';
import type { FileItem, MessageItem, PendingItem, ReactionView, ReplyView } from '../state/state.ts';
import type { Role, Theme } from '../theme.ts';
import { inlinePieces } from './inline.ts';
import { styledLines } from './markdown.ts';
import { progressRows } from './progress-rows.ts';
import { plainLine, styledRows } from './styled.ts';
import { cutTo, wrap } from './wrap.ts';

export const messageRows = (item: MessageItem, width: number, theme: Theme): readonly string[] => {
  if (item.isDeleted)
    return [...wrap('(deleted)', width).map(dim(theme)), ...refusedRows(item, width, theme)];
  return [
    ...replyRows(item.reply, width, theme),
    ...withEdited(contentRows(item, width, theme), item, width, theme),
    ...reactionRows(item.reactions, width, theme),
    ...refusedRows(item, width, theme),
  ];
};

export const pendingRows = (item: PendingItem, width: number, theme: Theme): readonly string[] => {
  const isFailed = item.state === 'failed';
  const more: readonly Role[] = isFailed ? [] : ['dim'];
  const rows = item.file
    ? wrap(cutTo(`⇧ ${item.file.name} ${fileSize(item.file.size)}`, width), width).map(painted(theme, more))
    : textRows(item, [], width, theme, more);
  const why = `not sent: ${item.why ?? 'the server refused it'}`;
  return [...replyRows(item.reply, width, theme), ...rows, ...(isFailed ? retryRows(why, width, theme) : [])];
};

const dim = (theme: Theme) => (row: string) => theme.paint('dim', row);

const painted = (theme: Theme, roles: readonly Role[]) => (row: string) =>
  roles.reduce((shown, role) => theme.paint(role, shown), row);

const retryRows = (why: string, width: number, theme: Theme): readonly string[] =>
  wrap(`${why} (Alt-r tries again, Alt-x takes it away)`, width).map((row) => theme.paint('error', row));

const refusedRows = ({ doing }: MessageItem, width: number, theme: Theme): readonly string[] =>
  doing?.refused.flatMap((why) => retryRows(why, width, theme)) ?? [];

/** `╭ bob: how it begins…`, one row. */
const replyRows = (reply: ReplyView | undefined, width: number, theme: Theme): readonly string[] => {
  if (!reply) return [];
  const { quote } = reply;
  if (!quote) return [theme.paint('dim', cutTo('╭ (a message that is not to be seen)', width))];
  const nick = cutTo(quote.nick, Math.max(4, Math.floor(width / 3)));
  const text = cutTo(`: ${quote.text}`, Math.max(1, width - 2 - columns(nick)));
  return [theme.paint('dim', '╭ ') + theme.nick(quote.nick, nick) + theme.paint('dim', text)];
};

const contentRows = (item: MessageItem, width: number, theme: Theme): readonly string[] =>
  item.file ? fileRows(item.file, item, width, theme) : textRows(item, item.calls, width, theme, []);

/** Lines of one message that are shown: more would be a wall that nobody scrolls past. The rest is said, not shown. */
const linesMax = 200;

type Said = Pick<MessageItem, 'text' | 'nick' | 'isAction'>;

const textRows = (
  item: Said,
  calls: readonly string[],
  width: number,
  theme: Theme,
  more: readonly Role[],
): readonly string[] => {
  if (item.isAction) return actionRows(item, calls, width, theme, more);
  const { shown, hidden } = foldLines(item.text, linesMax);
  if (isBlank(item.text)) return [theme.paint('dim', '(blank)')];
  const lines = styledLines(shown, calls, hidden > 0 ? 'cut' : 'whole');
  const rows = lines.flatMap((line) => styledRows(line, width, theme, more));
  if (hidden === 0) return rows;
  return [...rows, ...wrap(`… ${hidden} more lines: chat-tui history shows them`, width).map(dim(theme))];
};

/** `ada waves`: the author within the text. */
const actionRows = (
  { nick, text }: Said,
  calls: readonly string[],
  width: number,
  theme: Theme,
  more: readonly Role[],
): readonly string[] => {
  const [first = '', ...rest] = text.split('\n');
  const name = { text: nick as string, roles: [], nick };
  const lines = [
    plainLine([name, { text: ' ', roles: [] }, ...inlinePieces(first, calls)]),
    ...rest.map((line) => plainLine(inlinePieces(line, calls))),
  ];
  return lines.flatMap((line) => styledRows(line, width, theme, more));
};

const fileRows = (file: FileItem, item: MessageItem, width: number, theme: Theme): readonly string[] => {
  const size = ` ${fileSize(file.size)}`;
  const how = `  /get ${item.seq}`;
  const name = `⇩ ${file.name}`;
  const roomForName = Math.max(8, width - size.length - how.length);
  const head = cutTo(cutTo(name, roomForName) + size, width);
  const hasHow = head.length + how.length <= width;
  const first = hasHow ? head + theme.paint('dim', how) : head;
  return item.transfer ? [first, ...progressRows(item.transfer, width, theme)] : [first];
};

const codes = /\u001b\[[\d;]*m|\u001b\]8;;[!-~]*\u001b\\/g;

/** `(edited)` behind the last row where it has a place there. */
const withEdited = (
  rows: readonly string[],
  { edited }: MessageItem,
  width: number,
  theme: Theme,
): readonly string[] => {
  if (edited === 0) return rows;
  const last = rows.at(-1) ?? '';
  const mark = theme.paint('dim', '(edited)');
  const isRoom = columns(last.replaceAll(codes, '')) + 9 <= width;
  return isRoom ? rows.with(-1, `${last} ${mark}`) : [...rows, mark];
};

/** Columns of one emoji: what a broken server sends for one is cut. */
const emojiColumns = 12;

/** `👍 2  [🎉 1]`: those with the reader's own are in brackets. */
const reactionRows = (reactions: readonly ReactionView[], width: number, theme: Theme): readonly string[] => {
  const rows: string[] = [];
  let [row, used] = ['', 0];
  for (const reaction of reactions) {
    const text = reactionText(reaction);
    const wide = columns(text);
    if (used > 0 && used + 2 + wide > width) {
      rows.push(row);
      [row, used] = ['', 0];
    }
    const between = used > 0 ? '  ' : '';
    row += between + (reaction.isMine ? theme.paint('accent', text) : text);
    used += between.length + wide;
  }
  return row === '' ? rows : [...rows, row];
};

const reactionText = ({ shown, by, isMine }: ReactionView): string => {
  const text = `${cutTo(isBlank(shown) ? '�' : shown, emojiColumns)} ${by.length}`;
  return isMine ? `[${text}]` : text;
};
