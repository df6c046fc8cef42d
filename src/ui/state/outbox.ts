// What the reader said and did and the log has not taken yet: own messages as lines of their own, own edits, deletions
// and reactions on the message they are about. Called by update.ts when the client tells of its outbox.
import type { OutboxEntry } from '../../client/client.ts';
import type { LogEvent } from '../../protocol/packet.ts';
import { refusal } from './changes.ts';
import { ackedItem, ownChange, pendingItem, readerOf } from './items.ts';
import type { OwnChange, PendingItem, State } from './state.ts';
import { addLocal, arrive, emptyTimeline, place, quoteIn, withTimeline } from './timeline.ts';

export const withOutbox = (state: State, entries: readonly OutboxEntry[]): State => {
  const pending = entries.flatMap((entry) => keptPending(state, entry) ?? []);
  const changing = entries.flatMap((entry) => keptChange(state, entry) ?? []);
  const next = { ...state, pending, changing: isSame(state.changing, changing) ? state.changing : changing };
  return changing.filter((one) => isNewlyRefused(state, one)).reduce(toldApart, next);
};

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);

/** The same entry in the same state keeps its item, and with it its wrapped rows. */
const keptPending = (state: State, entry: OutboxEntry): PendingItem | undefined => {
  const held = state.pending.find((one) => one.id === entry.id);
  if (held && held.state === entry.state) return held;
  const { saying, room } = entry;
  const reply = saying.kind === 'post' ? saying.reply : undefined;
  const timeline = state.timelines.get(room) ?? emptyTimeline;
  const quote = reply === undefined ? undefined : (held?.reply?.quote ?? quoteIn(timeline, reply));
  return pendingItem(entry, state.me.nick, quote);
};

const keptChange = (state: State, entry: OutboxEntry): OwnChange | undefined => {
  const held = state.changing.find((one) => one.id === entry.id);
  return held && held.state === entry.state ? held : ownChange(entry);
};

const isNewlyRefused = (before: State, change: OwnChange): boolean =>
  change.state === 'failed' && !before.changing.includes(change);

/** Where the message is not in sight, a line of its own says what was refused. */
const toldApart = (state: State, change: OwnChange): State =>
  withTimeline(state, change.room, (timeline) => {
    if (timeline.log.some(({ seq }) => seq === change.target)) return timeline;
    const key = `n${timeline.told}`;
    const place = { after: timeline.latest, at: state.now };
    return addLocal(timeline, { is: 'notice', key, ...place, text: refusal(change), tone: 'error' });
  });

/** What was said has its place in the log, what was done is done. Its event is not told again. */
export const withAcked = (state: State, entry: OutboxEntry, event: LogEvent): State => {
  const pending = state.pending.filter(({ id }) => id !== entry.id);
  const changing = state.changing.filter(({ id }) => id !== entry.id);
  const next = {
    ...state,
    pending,
    changing: changing.length < state.changing.length ? changing : state.changing,
  };
  const reader = readerOf(state);
  return withTimeline(next, entry.room, (timeline) => {
    if (event.type !== 'message') return arrive(timeline, { events: [event], gap: undefined, reader });
    const item = ackedItem(event, reader);
    const quote = item.reply && (item.reply.quote ?? quoteIn(timeline, item.reply.seq));
    const whole = item.reply && quote ? { ...item, reply: { seq: item.reply.seq, quote } } : item;
    return place(timeline, whole);
  });
};

/** The reader's own, to be tried again or let go: also what is about a message that is out of sight. */
export const refusedIn = ({ pending, changing }: State, room: State['room']) =>
  [...pending, ...changing].filter((one) => one.state === 'failed' && one.room === room).map(({ id }) => id);
