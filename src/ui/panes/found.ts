// The search view over the whole body: what was found, the newest at the bottom, next to the composer that holds the
// query; or how to search, where nothing was asked yet.
import { columns } from '../../text/width.ts';
import type { FoundItem, FoundView } from '../state/around.ts';
import { queryOf } from '../state/found.ts';
import { roomLabel } from '../state/room-label.ts';
import type { State } from '../state/state.ts';
import { clock, shortDay } from '../text/format.ts';
import { cutTo, padEnd, wrap } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

const searchWords = [
  'Type words, and what narrows them:',
  '  from:ada  in:#general  before:2026-11-01  after:2026-10-01  has:file',
  'The beginning of a word is enough. Results come as you type.',
];

export const foundRows = (state: State, found: FoundView, height: number): readonly PaintedRow[] => {
  const width = state.columns - 2;
  const foot = wrap(footOf(state, found), width).map((row) => state.theme.paint('dim', row));
  const failed = found.failed === undefined ? [] : wrap(found.failed, width);
  const below = [...failed.map((row) => state.theme.paint('error', row)), ...foot].slice(-height);
  const places = Math.max(0, height - below.length);
  const rows = found.items.length > 0 ? itemRows(state, found, places) : emptyRows(state, found, width);
  const shown = rows.slice(0, places);
  const blank = Array.from({ length: places - shown.length }, () => '');
  return [...blank, ...shown, ...below].map((row) => ` ${row}`);
};

/** The chosen one is always in sight. */
const itemRows = (state: State, { items, selected }: FoundView, height: number): readonly string[] => {
  const last = Math.max(0, items.length - height);
  const first = Math.max(0, Math.min(last, selected - Math.floor(height / 2)));
  return items
    .slice(first, first + height)
    .map((item, index) => itemRow(state, item, first + index === selected ? 'selected' : 'plain'));
};

const itemRow = (state: State, item: FoundItem, is: 'selected' | 'plain'): string => {
  const width = state.columns - 2;
  const when = `${shortDay(item.at)} ${clock(item.at)}`;
  const where = padEnd(cutTo(roomLabel(state, item.room), 14), width < 60 ? 0 : 14);
  const place = width < 60 ? '' : `${where} `;
  const head = `${when} ${place}`;
  const who = `${cutTo(item.nick, 16)}: `;
  const text = cutTo(head + who + item.text, width - 2);
  if (is === 'selected') return state.theme.paint('selected', padEnd(`› ${text}`, width));
  const rest = text.slice(head.length);
  if (!rest.startsWith(who)) return `  ${text}`;
  return `  ${state.theme.paint('dim', head)}${state.theme.nick(item.nick, who)}${rest.slice(who.length)}`;
};

const emptyRows = (state: State, found: FoundView, width: number): readonly string[] => {
  const { paint } = state.theme;
  if (found.of === 'search' && queryOf(state) === '')
    return searchWords.flatMap((line) => wrap(line, width)).map((row) => paint('notice', row));
  if (found.failed !== undefined) return [];
  const text = found.answered === undefined || found.asking ? 'searching …' : nothingOf(found);
  return wrap(text, width).map((row) => paint('notice', row));
};

const nothingOf = ({ of }: FoundView): string =>
  of === 'mentions' ? 'Nobody has mentioned you yet.' : 'Nothing was found.';

const footOf = (state: State, found: FoundView): string => {
  const { items, more, isLocal } = found;
  const count = items.length === 0 ? '' : `${items.length}${more ? '+' : ''} found  `;
  const where = isLocal ? 'Offline: only what is kept here was searched.  ' : '';
  const keys = 'Up Down choose, Enter shows it, Esc goes back';
  const all = `${where}${count}${keys}`;
  return columns(all) <= state.columns - 2 ? all : `${where}${count}Enter shows, Esc goes back`;
};
