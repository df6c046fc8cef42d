// What of the state stands where on this terminal: the layout with the composer's height, and the extent of the
// timeline that scrolling works on. Pure selectors; called by update.ts, pager.ts and the panes.
import { columns } from '../../text/width.ts';
import { type ComposerLayout, layoutComposer } from '../input/layout.ts';
import { composerRowsMax, type Layout, layoutFor } from '../layout.ts';
import { helpLines } from '../text/help-rows.ts';
import { type Pane, rowCount } from '../text/rows.ts';
import { cutTo } from '../text/wrap.ts';
import type { Popup } from './actions.ts';
import { dressedLines } from './dressed.ts';
import { pickerPopup } from './picking.ts';
import { roomLabel } from './room-label.ts';
import type { Extent } from './scroll.ts';
import type { State, Timeline } from './state.ts';
import { behind, emptyTimeline } from './timeline.ts';

type Prompting = Pick<State, 'room' | 'rooms' | 'people' | 'me' | 'finding' | 'columns'>;

/** `[#general] `, cut so that two thirds of the row stay for the text. Over the timeline the composer asks. */
export const promptOf = (state: Prompting): string => {
  const label = state.finding ? state.finding.of : roomLabel(state, state.room);
  return `${cutTo(`[${label}]`, Math.max(4, Math.floor(state.columns / 3)))} `;
};

/** The last column stays free for the cursor. */
export const composerWidth = (state: Prompting): number =>
  Math.max(2, state.columns - columns(promptOf(state)) - 1);

type Composed = { readonly width: number; readonly rowsMax: number; readonly layout: ComposerLayout };
/** Asked for several times a frame, and a pasted text may be long. */
const composed = new WeakMap<State['editor'], Composed>();

export const composerOf = (state: Prompting & Pick<State, 'editor' | 'rows'>): ComposerLayout => {
  const [width, rowsMax] = [composerWidth(state), composerRowsMax(state.rows)];
  const held = composed.get(state.editor);
  if (held && held.width === width && held.rowsMax === rowsMax) return held.layout;
  const layout = layoutComposer(state.editor, width, rowsMax);
  composed.set(state.editor, { width, rowsMax, layout });
  return layout;
};

/** What stands above the composer: completions, or reactions to choose from. */
export const popupOf = (state: State): Popup | undefined =>
  state.picker ? pickerPopup(state.picker) : state.popup;

export const layoutOf = (state: State): Layout =>
  layoutFor(state, {
    composer: composerOf(state).rows.length,
    popup: popupOf(state)?.items.length ?? 0,
    composing: state.composing?.room === state.room && !state.finding ? 1 : 0,
  });

export const openTimeline = (state: Pick<State, 'room' | 'timelines'>): Timeline =>
  state.timelines.get(state.room) ?? emptyTimeline;

/** Columns of the longest, or of one that was the longest before. A unit is two columns at most: short ones need not be measured. */
const longest = (nicks: Iterable<{ readonly nick: string }>, before = 0): number => {
  let most = before;
  for (const { nick } of nicks) if (2 * nick.length > most) most = Math.max(most, columns(nick));
  return most;
};

const here = new WeakMap<State['people'], number>();

const longestHere = (people: State['people']): number => {
  const held = here.get(people);
  if (held !== undefined) return held;
  const most = longest(people.values());
  here.set(people, most);
  return most;
};

type Wrote = { readonly log: Timeline['log']; readonly most: number };
/** By the window's first item, as the lines are: what came at the end is all there is to look at. */
const wrote = new WeakMap<object, Wrote>();

const longestWrote = (log: Timeline['log']): number => {
  const key = log[0];
  if (!key) return 0;
  const held = wrote.get(key);
  if (held?.log === log) return held.most;
  const news = held && behind(held.log, log);
  const most = news ? longest(news, held.most) : longest(log);
  wrote.set(key, { log, most });
  return most;
};

/** The open room's pane: its nick column is as wide as the longest nick that is here or wrote in the window. */
export const paneOf = (state: State, width: number): Pane => {
  const own = columns(state.me.nick);
  const others = Math.max(longestHere(state.people), longestWrote(openTimeline(state).log));
  return { width, nickColumns: Math.max(own, others) };
};

export const extentOf = (state: State): Extent => {
  const layout = layoutOf(state);
  const pane = paneOf(state, layout.timeline);
  return {
    lines: dressedLines(state),
    height: layout.body,
    rowCount: (line) => rowCount(line, pane, state.theme),
  };
};

/** Columns and rows of the open help, its foot left out, and the last row that may stand at its top. */
export const helpExtent = (
  state: State,
): { readonly columns: number; readonly page: number; readonly topMost: number } => {
  const { timeline, body } = layoutOf(state);
  const columns = timeline - 2;
  const page = Math.max(1, body - 1);
  return { columns, page, topMost: Math.max(0, helpLines(columns, state.theme).length - page) };
};
