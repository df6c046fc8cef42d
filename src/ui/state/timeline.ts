// One room's window of the log: what comes in at the end, pages that come in at either side, and what is let go when
// the window grows too large. Pure; called by update.ts. What is outside the window is fetched by pager.ts.
import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import { type AnyEvent, isChange, type Seq, type ServerPackets } from '../../protocol/packet.ts';
import type { QuoteView } from './acting.ts';
import type { HistoryWant } from './actions.ts';
import { changed } from './changes.ts';
import { logItem, quoteView, type Reader } from './items.ts';
import type { LocalItem, LogItem, MessageItem, State, Timeline, TransferView } from './state.ts';

export const emptyTimeline: Timeline = {
  log: [],
  local: [],
  last: 0,
  latest: 0,
  hasOlder: true,
  anchor: { at: 'end' },
  clearedTo: 0,
  unseen: 0,
  told: 0,
};

export const withTimeline = (
  state: State,
  room: RoomName,
  change: (timeline: Timeline) => Timeline,
): State => {
  const before = state.timelines.get(room) ?? emptyTimeline;
  const after = change(before);
  if (after === before) return state;
  return { ...state, timelines: new Map(state.timelines).set(room, after) };
};

/** A full window lets go of so many more than it must: all its lines are made anew after that. */
const goAtOnce = 500;
/** Local lines of one room: answers and news of a long evening, not a log. */
const localMax = 200;

export const isDetached = (timeline: Timeline): boolean => timeline.last < timeline.latest;

/** Only items can tell: events of later versions have a seq and nothing to show. */
const toItems = (events: readonly AnyEvent[], reader: Reader): LogItem[] => {
  const items: LogItem[] = [];
  for (const event of events) {
    const item = logItem(event, reader);
    if (item) items.push(item);
  }
  return items;
};

export type Arrival = {
  readonly events: readonly AnyEvent[];
  /** What was left out before them: it is not known, and history brings it when the reader comes near. */
  readonly gap: { readonly after: Seq; readonly before: Seq } | undefined;
  readonly reader: Reader;
};

/** New events of the log's end, in rising order: those with a line of their own, then what others changed. */
export const arrive = (timeline: Timeline, arrival: Arrival): Timeline => {
  const { events, reader } = arrival;
  const changes = events.filter(isChange);
  if (changes.length === 0) return comeIn(timeline, arrival);
  const come = comeIn(timeline, { ...arrival, events: events.filter((event) => !isChange(event)) });
  const log = changed(come.log, changes, reader);
  return log === come.log ? come : { ...come, log };
};

/** A window that does not reach the end only notes that there are more. */
const comeIn = (timeline: Timeline, { events, gap, reader }: Arrival): Timeline => {
  const newest = events.at(-1)?.seq;
  if (newest === undefined) return timeline;
  const items = toItems(events, reader);
  const isAtEnd = timeline.anchor.at === 'end';
  const latest = Math.max(timeline.latest, newest);
  const news = items.filter(
    (item) => item.is === 'message' && !item.isOwn && item.seq > timeline.last,
  ).length;
  const told = { ...timeline, latest, unseen: isAtEnd ? timeline.unseen : timeline.unseen + news };
  if (isDetached(timeline)) return told;
  if (gap && !isAtEnd) return beforeGap(told, gap.after);
  const kept = gap ? timeline.log.filter((item) => item.seq >= gap.before) : timeline.log;
  const hasOlder = timeline.hasOlder || gap !== undefined;
  return letGo({ ...told, log: union(kept, items), last: Math.max(timeline.last, newest), hasOlder });
};

/** A reader who is scrolled up stays in the part before the gap. */
const beforeGap = (timeline: Timeline, after: Seq): Timeline => {
  const log = timeline.log.filter((item) => item.seq <= after);
  return { ...timeline, log, last: Math.min(timeline.last, after) };
};

/** By seq, each once. Behind one another as a rule; an own post that was acknowledged may be ahead of what came before it. */
const union = (log: readonly LogItem[], items: readonly LogItem[]): readonly LogItem[] => {
  const first = items[0];
  if (!first || (log.at(-1)?.seq ?? -1) < first.seq) return [...log, ...items];
  const bySeq = new Map([...items, ...log].map((item) => [item.seq, item]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
};

/** Where the newest is, which may have to be fetched. */
export const toEnd = ({ goal: _goal, ...timeline }: Timeline): Timeline => ({
  ...timeline,
  anchor: { at: 'end' },
  ...(isDetached(timeline) ? { goal: 'newest' as const } : { unseen: 0 }),
});

/** How a message of the window begins, for who answers it. */
export const quoteIn = ({ log }: Timeline, seq: Seq): QuoteView | undefined => {
  const item = log.find((one) => one.seq === seq);
  return item?.is === 'message' && !item.isDeleted ? quoteOf(item) : undefined;
};

export const quoteOf = ({ nick, text, file }: MessageItem): QuoteView =>
  quoteView({ nick, text: file ? file.name : text });

/** An own message that was acknowledged. Its seq may be above events that are still to come. */
export const place = (timeline: Timeline, item: MessageItem): Timeline => {
  const latest = Math.max(timeline.latest, item.seq);
  if (isDetached(timeline)) return { ...timeline, latest };
  return letGo({ ...timeline, log: union(timeline.log, [item]), last: latest, latest });
};

type Past = {
  readonly want: HistoryWant;
  readonly past: ServerPackets['past'];
  readonly reader: Reader;
};

/** A page of history. `older` and `newer` widen the window, the others replace it. */
export const widen = (timeline: Timeline, { want, past, reader }: Past): Timeline => {
  const items = toItems(past.events, reader);
  const { loading: _loading, ...calm } = timeline;
  if (want.side === 'older') return letGo(prepend(calm, items, past));
  if (want.side === 'newer') return letGo(append(calm, items, past));
  const last = past.events.at(-1)?.seq ?? 0;
  const { goal: _goal, ...settled } = calm;
  const window = { ...settled, log: items, last, latest: Math.max(timeline.latest, last), clearedTo: 0 };
  if (want.side === 'newest')
    return {
      ...window,
      latest: past.events.length ? window.latest : last,
      hasOlder: past.more,
      anchor: { at: 'end' },
      unseen: 0,
    };
  if (want.side === 'first') return { ...window, hasOlder: false, anchor: topOf(items) };
  // Whether anything is behind the page, only the server knows; one more than the last says so.
  const latest = past.newer ? Math.max(window.latest, last + 1) : last;
  return { ...window, latest, hasOlder: past.more, anchor: topOf(items) };
};

const topOf = (items: readonly LogItem[]): Timeline['anchor'] => {
  const first = items[0];
  return first ? { at: 'row', key: first.key, order: first.seq, row: -1 } : { at: 'end' };
};

const prepend = (timeline: Timeline, items: readonly LogItem[], past: ServerPackets['past']): Timeline => {
  const first = timeline.log[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = items.filter((item) => item.seq < first);
  const last = timeline.log.length ? timeline.last : Math.max(timeline.last, past.events.at(-1)?.seq ?? 0);
  return {
    ...timeline,
    log: [...older, ...timeline.log],
    last,
    latest: Math.max(timeline.latest, last),
    hasOlder: past.more,
  };
};

const append = (timeline: Timeline, items: readonly LogItem[], past: ServerPackets['past']): Timeline => {
  const newer = items.filter((item) => item.seq > timeline.last);
  const last = Math.max(timeline.last, past.events.at(-1)?.seq ?? 0);
  // Nothing newer in this room: what `latest` counted was a gap's border or an event that is no more.
  const latest = past.events.length === 0 ? last : Math.max(timeline.latest, last);
  return { ...timeline, log: [...timeline.log, ...newer], last, latest };
};

/** Keeps the window within its bound: what is farthest from the reader goes, never the reader's own row. */
const letGo = (timeline: Timeline): Timeline => {
  const { log } = timeline;
  if (log.length <= limits.clientEventsPerRoom) return timeline;
  const kept = limits.clientEventsPerRoom - goAtOnce;
  const wanted = readerIndex(timeline) - Math.floor(kept / 2);
  const start = Math.max(0, Math.min(wanted, log.length - kept));
  const window = log.slice(start, start + kept);
  const isToEnd = start + kept === log.length;
  return {
    ...timeline,
    log: window,
    hasOlder: timeline.hasOlder || start > 0,
    last: isToEnd ? timeline.last : (window.at(-1)?.seq ?? 0),
  };
};

const readerIndex = ({ log, anchor }: Timeline): number => {
  if (anchor.at === 'end') return log.length;
  const index = log.findIndex((item) => item.key === anchor.key);
  return index < 0 ? log.length : index;
};

/** A line that is in no log, at the end of what is known now. */
export const addLocal = (timeline: Timeline, item: LocalItem): Timeline => {
  const at = timeline.local.findIndex((one) => one.key === item.key);
  if (at >= 0) return { ...timeline, local: timeline.local.with(at, item) };
  return { ...timeline, local: [...timeline.local, item].slice(-localMax), told: timeline.told + 1 };
};

/** Puts a download on the messages that carry its file; `undefined` when none is in the window. */
export const putTransfer = (timeline: Timeline, transfer: TransferView): Timeline | undefined => {
  const { sha256 } = transfer;
  let isThere = false;
  const log = timeline.log.map((item) => {
    if (sha256 === undefined || item.is !== 'message' || item.file?.sha256 !== sha256) return item;
    isThere = true;
    const { transfer: _before, ...message } = item;
    return transfer.step === 'failed' ? message : { ...message, transfer };
  });
  return isThere ? { ...timeline, log } : undefined;
};

/** The first seq of the window, where the page before it ends. */
export const firstSeq = (timeline: Timeline): Seq | undefined => timeline.log[0]?.seq;

/** What stands in `log` behind all of `before`; `undefined` where `before` is not how it begins. */
export const behind = (before: Timeline['log'], log: Timeline['log']): Timeline['log'] | undefined =>
  before.every((item, index) => item === log[index]) ? log.slice(before.length) : undefined;
