// From one state to the next: pure, one small function per kind of action, in a table. Called by the store alone.
// Raw text becomes SafeText on its way through items.ts.
import type { ClientEvent, Status } from '../../client/client.ts';
import { safeLine, safeText } from '../../text/safe-text.ts';
import { firstWords } from '../text/first-words.ts';
import type { Action, ScrollStep } from './actions.ts';
import { atRest, choose, compose, unchoose } from './choosing.ts';
import { arrivedAt, goTo } from './going.ts';
import { personView, readerOf, roomView, transferView } from './items.ts';
import { withKept } from './kept.ts';
import { attended } from './marks.ts';
import { withAcked, withOutbox } from './outbox.ts';
import {
  added,
  aroundEvents,
  aroundReducers,
  enteredBy,
  noted,
  relabelled,
  sorted,
  ticked,
  without,
  withoutEarly,
  withRooms,
} from './reduce-around.ts';
import { again, gone, isBack } from './returning.ts';
import { inOrder } from './room-order.ts';
import { anchorAt, endTop, scrolled } from './scroll.ts';
import type { PersonView, State, StatusView, Timeline } from './state.ts';
import { addLocal, arrive, isDetached, putTransfer, toEnd, widen, withTimeline } from './timeline.ts';
import { extentOf, helpExtent, openTimeline } from './view.ts';

type Reducers<Union extends { readonly type: string }> = {
  readonly [Type in Union['type']]: (state: State, action: Extract<Union, { readonly type: Type }>) => State;
};

/** The roster shows the first hundred of a large server; this many are held so that leaves can make room. */
const peopleMax = 500;

/** Nothing is unseen where the reader stands at the end of the open room. */
const settle = (timeline: Timeline): Timeline => {
  const isSeen = timeline.anchor.at === 'end' && !isDetached(timeline);
  return isSeen && timeline.unseen > 0 ? { ...timeline, unseen: 0 } : timeline;
};

export const update = (state: State, action: Action): State =>
  attended(state, (reducers[action.type] as (state: State, action: Action) => State)(state, action), action);

const reducers: Reducers<Action> = {
  ...aroundReducers,
  client: (state, { at, event }) => applyEvent(at > state.now ? { ...state, now: at } : state, event),
  editor: (state, { editor }) => (editor === state.editor ? state : { ...state, editor }),
  popup: (state, { popup }) => (popup === state.popup ? state : { ...state, popup }),
  hint: (state, { text }) => (text === state.hint ? state : { ...state, hint: text }),
  focus: (state, { is }) => {
    const focused = { ...state, isFocused: is === 'in' };
    return is === 'in' ? sorted(focused) : focused;
  },
  mouse: (state, { is }) => ({ ...state, mouse: is }),
  tick: (state, { at }) => ticked({ ...state, now: at }),
  size: (state, { columns, rows }) =>
    columns === state.columns && rows === state.rows ? state : { ...state, columns, rows },
  help: (state, { is }) => ({ ...state, help: is === 'open' ? { row: 0 } : undefined }),
  'help-scroll': (state, { step }) =>
    state.help ? { ...state, help: { row: helpRow(state, state.help.row, step) } } : state,
  'toggle-list': (state, { list }) => ({
    ...state,
    hiddenLists: { ...state.hiddenLists, [list]: !state.hiddenLists[list] },
  }),
  notice: (state, { at, text, tone, room }) =>
    withTimeline({ ...state, now: Math.max(at, state.now) }, room ?? state.room, (timeline) =>
      addLocal(timeline, {
        is: 'notice',
        key: `n${timeline.told}`,
        after: timeline.latest,
        at,
        text,
        tone,
      }),
    ),
  scroll: (state, { step }) => scroll(state, step),
  'open-room': (state, { room }) =>
    withTimeline({ ...atRest(state), room, popup: undefined }, room, (timeline) => settle({ ...timeline })),
  joined: (state, { note }) => enteredBy(added(state, roomView(note)), note.room),
  parted: (state, { room }) => without(state, room),
  clear: (state) =>
    withTimeline(state, state.room, (timeline) => ({
      ...timeline,
      anchor: { at: 'end' },
      clearedTo: timeline.latest,
      local: [],
    })),
  roster: (state, { roster }) => ({
    ...state,
    online: roster.online,
    people: new Map(roster.people.slice(0, peopleMax).map((person) => [person.member, personView(person)])),
  }),
  loading: (state, { room, want }) =>
    withTimeline(state, room, (timeline) => ({ ...timeline, loading: want.side })),
  past: (state, { room, want, past }) => {
    const reader = readerOf(state);
    const wider = withTimeline(state, room, (timeline) => settle(widen(timeline, { want, past, reader })));
    return welcomed(arrivedAt(wider, room, want));
  },
  'past-failed': (state, { room }) =>
    withTimeline(state, room, ({ loading: _loading, goal: _goal, ...timeline }) => timeline),
  kept: (state, { kept }) => withKept(state, kept),
  choose: (state, { step }) => choose(state, step),
  unchoose: (state) => unchoose(state),
  deleting: (state, { is }) =>
    state.chosen ? { ...state, chosen: { ...state.chosen, isDeleting: is === 'asked' } } : state,
  compose: (state, { composing }) => compose(state, composing),
  picker: (state, { picker }) => ({ ...state, picker }),
  'go-to': (state, { to }) => goTo(state, to),
  'forget-target': (state) => ({ ...state, target: undefined }),
  highlights: (state, { words }) => ({ ...state, highlights: words }),
};

/** The first row of the help after a step: never so far that rows at its end would stay empty. */
const helpRow = (state: State, row: number, step: ScrollStep): number => {
  const { page, topMost } = helpExtent(state);
  if ('to' in step) return step.to === 'top' ? 0 : topMost;
  const from = Math.min(row, topMost);
  // A page keeps a row of the one before, so that the eye finds its place.
  const rows = 'lines' in step ? step.lines : step.pages * Math.max(1, page - 1);
  return Math.max(0, Math.min(topMost, from + rows));
};

/** A newcomer to a room with a backlog is told once what to press; an empty room tells it by itself. */
const welcomed = (state: State): State => {
  const { log, told } = openTimeline(state);
  const isNew = state.isFirstRun && state.timelines.size === 1 && told === 0;
  // Who has seen the empty room and spoke in it was told there.
  if (!isNew || !log.some((item) => item.is === 'message' && !item.isOwn)) return state;
  const text = safeText(firstWords(state, 'with-backlog').join('\n'));
  return update(state, { type: 'notice', at: state.now, text, tone: 'info' });
};

type ScrollAction = Extract<Action, { type: 'scroll' }>;

const scroll = (state: State, step: ScrollAction['step']): State => {
  if ('to' in step) return withTimeline(state, state.room, (timeline) => jump(state, timeline, step.to));
  const isUp = ('lines' in step ? step.lines : step.pages) < 0;
  // What /clear hid comes back to whoever looks for it.
  const unveiled = isUp ? withTimeline(state, state.room, unveil) : state;
  const anchor = scrolled(extentOf(unveiled), openTimeline(unveiled).anchor, step);
  return withTimeline(unveiled, unveiled.room, (timeline) => {
    if (anchor.at === 'end' && isDetached(timeline)) return atBottom(unveiled, timeline);
    return settle({ ...timeline, anchor });
  });
};

const unveil = (timeline: Timeline): Timeline =>
  timeline.clearedTo > 0 && timeline.anchor.at === 'end' ? { ...timeline, clearedTo: 0 } : timeline;

/** The bottom of a window that is not the end of the log: the reader stays on its rows until newer ones come. */
const atBottom = (state: State, timeline: Timeline): Timeline => {
  const extent = extentOf(state);
  const end = endTop(extent);
  return { ...timeline, anchor: anchorAt(extent, end) };
};

const jump = (state: State, timeline: Timeline, to: 'top' | 'end'): Timeline => {
  if (to === 'end') return toEnd(timeline);
  const { goal: _goal, ...calm } = timeline;
  if (timeline.hasOlder) return { ...calm, clearedTo: 0, goal: 'first' };
  const shown = { ...calm, clearedTo: 0 };
  const lines = extentOf({ ...state, timelines: new Map(state.timelines).set(state.room, shown) });
  return { ...shown, anchor: anchorAt(lines, { index: 0, row: -1 }) };
};

const applyEvent = (state: State, event: ClientEvent): State =>
  (eventReducers[event.type] as (state: State, event: ClientEvent) => State)(state, event);

const eventReducers: Reducers<ClientEvent> = {
  ...aroundEvents,
  status: (state, { status }) => ({
    ...state,
    status: statusView(status),
    ...(state.status.is === 'online' && status.is !== 'online' && { returning: gone(state.people.keys()) }),
  }),
  trouble: (state, { sentence }) =>
    update(state, { type: 'notice', at: state.now, text: safeText(sentence), tone: 'error' }),
  latency: (state, { ms }) => ({ ...state, latencyMs: ms }),
  welcome: (state, { welcome, isNewLog }) => {
    const me = { nick: safeLine(welcome.nick), member: welcome.member };
    const joined = welcome.rooms.map(roomView);
    // The open room is entered right after the first login; until then it is listed all the same.
    const open = joined.some(({ room }) => room === state.room)
      ? []
      : state.rooms.filter(({ room }) => room === state.room);
    const timelines = isNewLog ? new Map() : state.timelines;
    const rooms = inOrder([...joined, ...open], timelines);
    const returning = again(state.returning, state.now);
    // A seq of another log is another message.
    return { ...(isNewLog ? atRest(state) : state), me, rooms, timelines, returning };
  },
  events: (state, { events, gaps, isLive }) => {
    const byRoom = Map.groupBy(events, (event) => event.room);
    let next = noted(state, events, isLive ? 'live' : 'past');
    for (const [room, some] of byRoom) {
      const gap = gaps.findLast((one) => one.room === room);
      next = withTimeline(next, room, (timeline) => {
        const after = arrive(timeline, { events: some, gap, reader: readerOf(state) });
        return room === state.room ? settle(after) : countUnseen(timeline, after);
      });
    }
    return next;
  },
  outbox: (state, { entries }) => withOutbox(state, entries),
  acked: (state, { entry, event }) => withAcked(noted(state, [event], 'live'), entry, event),
  presence: (state, { presence }) =>
    presence.changes.reduce(applyChange, { ...state, online: presence.online }),
  transfer: (state, { transfer }) => showTransfer(state, transfer),
};

/** Rooms that are not open count what came; the view's own anchor says nothing there. */
const countUnseen = (before: Timeline, after: Timeline): Timeline => {
  const news = after.log.filter(
    (item) => item.seq > before.latest && item.is === 'message' && !item.isOwn,
  ).length;
  const isFirstLook = before.latest === 0;
  return isFirstLook ? after : { ...after, unseen: before.unseen + news };
};

const statusView = (status: Status): StatusView => {
  if (status.is === 'waiting') return { ...status, reason: safeLine(status.reason) };
  if (status.is !== 'ended') return status;
  return { is: 'ended', ...(status.error && { reason: safeLine(status.error.message) }) };
};

type Change = Extract<ClientEvent, { type: 'presence' }>['presence']['changes'][number];

const applyChange = (state: State, change: Change): State => {
  const person = personView(change);
  const before = state.people.get(person.member);
  const people = new Map(state.people);
  if (person.state === 'offline') people.delete(person.member);
  else if (before || people.size < peopleMax) people.set(person.member, withRooms(person, state));
  const me = person.member === state.me.member ? { ...state.me, nick: person.nick } : state.me;
  return comingLine(
    relabelled({ ...state, people, me, early: withoutEarly(state, person) }, person),
    change,
    before,
  );
};

const comingOf = (change: Change, before: PersonView | undefined) => {
  if (change.was !== undefined) return change.was === change.nick ? undefined : ('renamed' as const);
  if (change.state === 'offline')
    return change.why === 'quit' ? ('left' as const) : ('lost the connection' as const);
  return before || change.state !== 'online' ? undefined : ('came online' as const);
};

/** A line in the open room, drawn only for people who spoke around it, and for a new nick of one's own. */
const comingLine = (state: State, change: Change, before: PersonView | undefined): State => {
  const nick = safeLine(change.nick);
  const did = comingOf(change, before);
  const isOwn = change.member === state.me.member;
  const isSilent =
    (isOwn && did !== 'renamed') ||
    (did === 'came online' && isBack(state.returning, change.member, state.now));
  return withTimeline(state, state.room, (timeline) => {
    const place = { after: timeline.latest, at: state.now };
    const key = `n${timeline.told}`;
    if (did === undefined || isSilent) return timeline;
    return addLocal(timeline, {
      is: 'presence',
      key,
      ...place,
      member: change.member,
      nick,
      did,
      ...(change.was !== undefined && { was: safeLine(change.was) }),
      ...(isOwn && { isOwn }),
    });
  });
};

type Moved = Extract<ClientEvent, { type: 'transfer' }>['transfer'];

/**
 * A download is shown on its file's message where that is in sight, all else as a line of its own. How it failed is
 * told by the command that began it, and an upload ends in its message: then the line goes.
 */
const showTransfer = (state: State, transfer: Moved): State => {
  const view = transferView(transfer);
  const key = `t${transfer.id}`;
  const isOver = view.step === 'failed' || (view.direction === 'up' && view.step === 'done');
  return withTimeline(state, transfer.room, (timeline) => {
    const without = { ...timeline, local: timeline.local.filter((item) => item.key !== key) };
    const onMessage = view.direction === 'down' ? putTransfer(without, view) : undefined;
    if (onMessage) return onMessage;
    if (isOver) return without;
    const { after, at } = timeline.local.find((item) => item.key === key) ?? {
      after: timeline.latest,
      at: state.now,
    };
    return addLocal(timeline, { is: 'transfer', key, after, at, nick: state.me.nick, transfer: view });
  });
};
