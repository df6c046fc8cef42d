// Calls somebody who looks elsewhere: the terminal's bell and a notification of the desktop for what came to a room, as
// the member wants it there (all, mentions, none), and the number of unread mentions in the window's title. Only while
// the terminal has no focus. Started by run.tsx.
import type { Client } from '../client/client.ts';
import type { MessageEvent } from '../protocol/packet.ts';
import { type SafeText, safeLine } from '../text/safe-text.ts';
import { callsOf, isCalled, isNews, markOf } from './state/marks.ts';
import { isDirect, roomLabel } from './state/room-label.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';
import { cutTo } from './text/wrap.ts';

/** A desktop shows two lines of it. */
const textColumns = 160;
/** What does not speak to the reader calls no more often than this. */
const quietMs = 5_000;

/** `(2) chat-tui #general`: mentions that wait, of all rooms that may call. */
export const titleOf = (state: State): SafeText => {
  const waiting = state.rooms
    .map(({ room }) => callsOf(state, room))
    .reduce((sum, { mentions, isMuted }) => (isMuted ? sum : sum + mentions), 0);
  const count = waiting > 0 ? `(${waiting}) ` : '';
  return safeLine(`${count}chat-tui ${roomLabel(state, state.room)}`);
};

type Call = { readonly event: MessageEvent; readonly isToMe: boolean };

/** What of the events calls for somebody. */
export const callsFor = (state: State, events: readonly MessageEvent[]): readonly Call[] =>
  events.flatMap((event) => {
    const { level } = markOf(state, event.room);
    if (level === 'none' || !isNews(state, event)) return [];
    const isToMe = isDirect(event.room) || isCalled(state, event);
    return isToMe || level === 'all' ? [{ event, isToMe }] : [];
  });

/** Begins with the room: of a text that begins with digits some terminals make a progress bar. */
export const textOf = (state: State, calls: readonly Call[]): SafeText => {
  const call = calls.findLast(({ isToMe }) => isToMe) ?? calls.at(-1);
  if (!call) return safeLine('');
  const { room, nick, text, file } = call.event;
  const more = calls.length > 1 ? ` (and ${calls.length - 1} more)` : '';
  const words = file ? `sent ${file.name}` : text.slice(0, 4 * textColumns).toWellFormed();
  return safeLine(cutTo(safeLine(`${roomLabel(state, room)} ${nick}: ${words}`), textColumns) + more);
};

/** Returns the way to stop. */
export const startNotify = (
  client: Client,
  store: Store,
  { notify, now }: { readonly notify: (text: SafeText) => void; readonly now: () => number },
): (() => void) => {
  let waiting: MessageEvent[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    const state = store.get();
    if (state.isFocused) return;
    const calls = callsFor(state, events);
    if (calls.length === 0) return;
    if (!calls.some(({ isToMe }) => isToMe) && now() - lastAt < quietMs) return;
    lastAt = now();
    notify(textOf(state, calls));
  };
  const stops = [
    // Looked at when the store tells, at its bounded rate: a flood costs one notification a picture.
    client.listen((event) => {
      if (event.type !== 'events' || !event.isLive) return;
      for (const one of event.events) if (one.type === 'message') waiting.push(one);
    }),
    store.subscribe(flush),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};
