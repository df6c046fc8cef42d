// One room's window of the log: what comes in at the end, pages that come in at either side, and what is let go when
// the window grows too large. Pure; called by update.ts. What is outside the window is fetched by pager.ts.
import { limits } from '../../protocol/limits.ts';
import type { AnyEvent, MemberId, Seq, ServerPackets } from '../../protocol/packet.ts';
import type { HistoryWant } from './actions.ts';
import { logItem } from './items.ts';
import type { LocalItem, LogItem, MessageItem, Timeline, TransferView } from './state.ts';

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

/** A full window lets go of so many more than it must: all its lines are made anew after that. */
const goAtOnce = 500;
/** Local lines of one room: answers and news of a long evening, not a log. */
const localMax = 200;

export const isDetached = (timeline: Timeline): boolean => timeline.last < timeline.latest;

/** Only items can tell: events of later versions have a seq and nothing to show. */
const toItems = (events: readonly AnyEvent[], me: MemberId | undefined): LogItem[] => {
  const items: LogItem[] = [];
  for (const event of events) {
    const item = logItem(event, me);
    if (item) items.push(item);
  }
  return items;
};

export type Arrival = {
  readonly events: readonly AnyEvent[];
  /** What was left out before them: it is not known, and history brings it when the reader comes near. */
  readonly gap: { readonly after: Seq; readonly before: Seq } | undefined;
  readonly me: MemberId | undefined;
};

/** New events of the log's end, in rising order. A window that does not reach the end only notes that there are more. */
export const arrive = (timeline: Timeline, { events, gap, me }: Arrival): Timeline => {
  const newest = events.at(-1)?.seq;
  if (newest === undefined) return timeline;
  const items = toItems(events, me);
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

/** An own message that was acknowledged. Its seq may be above events that are still to come. */
export const place = (timeline: Timeline, item: MessageItem): Timeline => {
  const latest = Math.max(timeline.latest, item.seq);
  if (isDetached(timeline)) return { ...timeline, latest };
  return letGo({ ...timeline, log: union(timeline.log, [item]), last: latest, latest });
};

type Past = {
  readonly want: HistoryWant;
  readonly past: ServerPackets['past'];
  readonly me: MemberId | undefined;
};

/** A page of history. `first` and `newest` replace the window, the others widen it. */
export const widen = (timeline: Timeline, { want, past, me }: Past): Timeline => {
  const items = toItems(past.events, me);
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
  return { ...window, hasOlder: false, anchor: topOf(items) };
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

/** Keeps the window within its bound: what is farthest from the reader goes. */
const letGo = (timeline: Timeline): Timeline => {
  const over = timeline.log.length - limits.clientEventsPerRoom;
  if (over <= 0) return timeline;
  const gone = over + goAtOnce;
  const index = readerIndex(timeline);
  if (index >= timeline.log.length / 2) return { ...timeline, log: timeline.log.slice(gone), hasOlder: true };
  const log = timeline.log.slice(0, -gone);
  return { ...timeline, log, last: log.at(-1)?.seq ?? 0 };
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
