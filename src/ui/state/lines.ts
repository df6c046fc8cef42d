// From a room's items to the lines that are drawn, in order: log, local lines at their places, own messages on their
// way; comings and goings of silent people left out and the others merged; day lines and grouping decided. Cheap per
// item, and messages that come at the end go behind the lines that are there; the costly part (wrapping,
// ui/text/rows.ts) is done for visible lines only.
import type { RoomName } from '../../protocol/names.ts';
import type { MemberId } from '../../protocol/packet.ts';
import { withOwn } from './changes.ts';
import { type Reader, readerOf } from './items.ts';
import type {
  Item,
  LogItem,
  MembershipItem,
  MessageItem,
  NewsItem,
  NoticeItem,
  OwnChange,
  PendingItem,
  PresenceItem,
  State,
  Timeline,
  TransferItem,
} from './state.ts';
import { behind, emptyTimeline, isDetached } from './timeline.ts';

/** Somebody who said nothing for this long before or after comes and goes unseen. */
const silentMs = 5 * 60_000;
/** One author's messages stand together without repeating the nick while not farther apart than this. */
const groupMs = 5 * 60_000;

export type Coming = MembershipItem | PresenceItem;
/** Neighbouring comings and goings as one line. `key` is the first one's. */
export type Merged = {
  readonly is: 'merged';
  readonly key: string;
  readonly at: number;
  readonly items: readonly Coming[];
};
/** `─ ─ ─ 4 new ─ ─ ─`, put in by dressed.ts. */
export type Marker = {
  readonly is: 'marker';
  readonly key: string;
  readonly at: number;
  readonly after: number;
  readonly count: number;
};
/** Neighbouring messages of people whom the reader ignores, put in their place by dressed.ts. */
export type IgnoredRun = {
  readonly is: 'ignored';
  readonly key: string;
  readonly at: number;
  readonly after: number;
  readonly keys: readonly string[];
};
export type Shown =
  | MessageItem
  | NewsItem
  | PendingItem
  | NoticeItem
  | TransferItem
  | Merged
  | Marker
  | IgnoredRun;
export type Line = {
  readonly item: Shown;
  /** Start of the local day, where this line is the first of it. */
  readonly day: number | undefined;
  /** False: the line above has the same minute. */
  readonly hasTime: boolean;
  /** False: the line above has the same author, shortly before. */
  readonly hasNick: boolean;
};

const isNear = (at: number, other: number): boolean => Math.abs(at - other) <= silentMs;

const isComing = (item: Item): item is Coming => item.is === 'membership' || item.is === 'presence';

const isMessage = (item: LogItem): item is MessageItem => item.is === 'message';

/** The item's place among the others: its seq, or the seq it came after. */
export const orderOf = (item: Item | Shown): number => {
  if (item.is === 'pending') return Number.POSITIVE_INFINITY;
  if (item.is === 'merged') return item.items[0] ? orderOf(item.items[0]) : 0;
  return 'seq' in item ? item.seq : item.after;
};

/** Log and local items by seq; a local one stands after the seq it came after. */
const inOrder = (timeline: Timeline, pending: readonly PendingItem[]): Item[] => {
  const floor = timeline.clearedTo;
  const log = floor > 0 ? timeline.log.filter((item) => item.seq > floor) : timeline.log;
  // A detached window ends before the newest: what stands after its end is not in place yet.
  const local = timeline.local.filter((item) => item.after >= floor && item.after >= (log[0]?.seq ?? 0) - 1);
  const all: Item[] = [];
  let next = 0;
  for (const item of log) {
    for (let one = local[next]; one && orderOf(one) < item.seq; one = local[++next]) all.push(one);
    all.push(item);
  }
  if (isDetached(timeline)) return all;
  return [...all, ...local.slice(next), ...pending];
};

/** The comings and goings of those who spoke around them; the others are noise to everybody but themselves. */
const spokenOf = (items: readonly Item[]): ReadonlySet<Item> => {
  const isSpoken = new Set<Item>();
  const mark = (ordered: readonly Item[]) => {
    const spokeAt = new Map<number, number>();
    for (const item of ordered) {
      if (item.is === 'presence' && item.isOwn) isSpoken.add(item);
      if (item.is === 'message') spokeAt.set(item.member, item.at);
      const at = isComing(item) ? spokeAt.get(item.member) : undefined;
      if (at !== undefined && isNear(item.at, at)) isSpoken.add(item);
    }
  };
  mark(items);
  mark(items.toReversed());
  return isSpoken;
};

const merge = (items: readonly Item[]): Shown[] => {
  const shown: Shown[] = [];
  for (const item of items) {
    const above = shown.at(-1);
    if (!isComing(item)) shown.push(item);
    else if (above?.is === 'merged' && dayOf(above.at) === dayOf(item.at))
      shown[shown.length - 1] = { ...above, items: [...above.items, item] };
    else shown.push({ is: 'merged', key: item.key, at: item.at, items: [item] });
  }
  return shown;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let lastDay = 0;
/** Start of the day in local time. Neighbours share the day as a rule, so the last answer is tried first (a day of summer time's start has 23 hours). */
export const dayOf = (at: number): number => {
  if (at < lastDay || at >= lastDay + 23 * hourMs) lastDay = new Date(at).setHours(0, 0, 0, 0);
  return lastDay;
};

const authorOf = (item: Shown): string | undefined => {
  if (item.is !== 'message' && item.is !== 'pending') return undefined;
  return item.isAction ? undefined : item.nick;
};

const lineAfter = (above: Shown | undefined, item: Shown): Line => {
  const isNewDay = above === undefined || dayOf(above.at) !== dayOf(item.at);
  const author = authorOf(item);
  const isGrouped =
    !isNewDay &&
    author !== undefined &&
    authorOf(above) === author &&
    Math.abs(item.at - above.at) <= groupMs;
  return {
    item,
    day: isNewDay ? dayOf(item.at) : undefined,
    hasTime: isNewDay || Math.floor(above.at / minuteMs) !== Math.floor(item.at / minuteMs),
    hasNick: !isGrouped,
  };
};

/** `silent`: who came or went and is left out, for they may speak yet. */
type Made = {
  readonly lines: readonly Line[];
  readonly silent: ReadonlyMap<MemberId, readonly Coming[]>;
};

const makeLines = (timeline: Timeline, own: readonly PendingItem[]): Made => {
  const items = inOrder(timeline, own);
  const isSpoken = spokenOf(items);
  const isSilent = (item: Item): item is Coming => isComing(item) && !isSpoken.has(item);
  const shown = merge(items.filter((item) => !isSilent(item)));
  return {
    lines: shown.map((item, index) => lineAfter(shown[index - 1], item)),
    silent: Map.groupBy(items.filter(isSilent), ({ member }) => member),
  };
};

type Held = Made & {
  readonly room: RoomName;
  readonly timeline: Timeline;
  readonly pending: readonly PendingItem[];
  readonly own: readonly PendingItem[];
};
/** By the window's first item: it stays the same while messages come at the end. */
const cache = new WeakMap<object, Held>();

const isAround = ({ timeline: before }: Held, timeline: Timeline): boolean =>
  before.local === timeline.local &&
  before.clearedTo === timeline.clearedTo &&
  isDetached(before) === isDetached(timeline);

/**
 * The lines that are there with those of new messages behind them, and the own ones on their way anew. `undefined`
 * where more than that changes: something came among the lines, or somebody spoke whose coming was left out.
 */
const grown = (held: Held, timeline: Timeline, own: readonly PendingItem[]): Made | undefined => {
  const { log, clearedTo } = held.timeline;
  const isShown = (log.at(-1)?.seq ?? 0) > clearedTo;
  if (!isShown || isDetached(timeline) || !isAround(held, timeline)) return undefined;
  const news = behind(log, timeline.log);
  const first = news?.[0]?.seq ?? Number.POSITIVE_INFINITY;
  if (!news || timeline.local.some(({ after }) => after >= first)) return undefined;
  const breaksSilence = ({ member, at }: MessageItem) =>
    held.silent.get(member)?.some((coming) => isNear(coming.at, at)) ?? false;
  if (!news.every(isMessage) || news.some(breaksSilence)) return undefined;
  const lines = held.lines.slice(0, held.lines.length - held.own.length);
  for (const item of [...news, ...own]) lines.push(lineAfter(lines.at(-1)?.item, item));
  return { lines, silent: held.silent };
};

type Overlaid = { readonly changing: readonly OwnChange[]; readonly lines: readonly Line[] };
const overlays = new WeakMap<readonly Line[], Overlaid>();
type WithOwn = { readonly changes: readonly OwnChange[]; readonly item: MessageItem };
const ownItems = new WeakMap<MessageItem, WithOwn>();

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);

/** The same changes of the same message give the same item, and with it its wrapped rows. */
const itemWithOwn = (item: MessageItem, changes: readonly OwnChange[], reader: Reader): MessageItem => {
  const held = ownItems.get(item);
  if (held && isSame(held.changes, changes)) return held.item;
  const made = withOwn(item, changes, reader);
  ownItems.set(item, { changes, item: made });
  return made;
};

/** The lines with what the reader does to messages in them and the log has not taken yet. */
const overlaid = (lines: readonly Line[], state: LinesState): readonly Line[] => {
  const { changing, room } = state;
  if (changing.length === 0) return lines;
  const held = overlays.get(lines);
  if (held?.changing === changing) return held.lines;
  const here = Map.groupBy(
    changing.filter((change) => change.room === room),
    ({ target }) => target,
  );
  const made = lines.map((line) => {
    const changes = line.item.is === 'message' ? here.get(line.item.seq) : undefined;
    if (line.item.is !== 'message' || !changes) return line;
    return { ...line, item: itemWithOwn(line.item, changes, readerOf(state)) };
  });
  overlays.set(lines, { changing, lines: made });
  return made;
};

export type LinesState = Pick<State, 'room' | 'timelines' | 'pending' | 'changing' | 'me' | 'highlights'>;

/** The open room's lines, with all that the reader has said and done and is on its way. */
export const linesOf = (state: LinesState): readonly Line[] => overlaid(logLines(state), state);

/** The lines of the log and of own messages on their way. */
const logLines = (state: LinesState): readonly Line[] => {
  const timeline = state.timelines.get(state.room) ?? emptyTimeline;
  const { pending } = state;
  const key = timeline.log[0] ?? timeline.log;
  // Rooms that were not looked at yet share one empty timeline.
  const found = cache.get(key);
  const held = found?.room === state.room ? found : undefined;
  if (held && held.timeline.log === timeline.log && held.pending === pending && isAround(held, timeline))
    return held.lines;
  const own = pending.filter((item) => item.room === state.room);
  const made = (held && grown(held, timeline, own)) ?? makeLines(timeline, own);
  cache.set(key, { ...made, room: state.room, timeline, pending, own });
  return made.lines;
};

/**
 * Where the line of an item stands; also of one that was merged into another's line, and, where it is gone, of the
 * first line after its place (`order`). -1: everything is before it.
 */
export const lineIndex = (
  lines: readonly Line[],
  wanted: { readonly key: string; readonly order: number },
): number => {
  const index = lines.findIndex(({ item }) => item.key === wanted.key);
  if (index >= 0) return index;
  const inMerged = lines.findIndex(
    ({ item }) =>
      (item.is === 'merged' && item.items.some((one) => one.key === wanted.key)) ||
      (item.is === 'ignored' && item.keys.includes(wanted.key)),
  );
  return inMerged >= 0 ? inMerged : lines.findIndex(({ item }) => orderOf(item) >= wanted.order);
};
