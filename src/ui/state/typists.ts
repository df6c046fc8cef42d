// Who is typing, by the state's clock: told by signals that are dropped under pressure, so each runs out by itself.
// Pure; called by update.ts and the status line.
import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { AnyEvent, MemberId, ServerPackets } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Typist } from './around.ts';
import { isIgnored } from './marks.ts';
import type { State } from './state.ts';

/** Somebody who goes on typing says so every `typingMs`; one signal may be lost. */
const shownMs = 2 * limits.typingMs;
/** More of them are “several people” anyway. */
const typistsMax = 8;

const withTypists = (state: State, room: RoomName, typists: readonly Typist[]): State => {
  const typing = new Map(state.typing);
  if (typists.length > 0) typing.set(room, typists);
  else typing.delete(room);
  return { ...state, typing };
};

export const began = (state: State, { room, member, nick }: ServerPackets['typing']): State => {
  if (member === state.me.member || isIgnored(state, member)) return state;
  const others = (state.typing.get(room) ?? []).filter((one) => one.member !== member);
  const typist = { member, nick: safeLine(nick), until: state.now + shownMs };
  return withTypists(state, room, [...others, typist].slice(-typistsMax));
};

/** Who said it is not typing it any more. */
export const ended = (state: State, events: readonly AnyEvent[]): State => {
  if (state.typing.size === 0) return state;
  return events.reduce((next, { room, member }) => without(next, room, member), state);
};

const without = (state: State, room: RoomName, member: MemberId): State => {
  const typists = state.typing.get(room);
  if (!typists?.some((one) => one.member === member)) return state;
  return withTypists(
    state,
    room,
    typists.filter((one) => one.member !== member),
  );
};

/** What ran out goes, so that the state says whether its clock is needed. */
export const expired = (state: State): State => {
  const isOver = ({ until }: Typist) => until <= state.now;
  if (![...state.typing.values()].flat().some(isOver)) return state;
  return [...state.typing].reduce(
    (next, [room, typists]) =>
      withTypists(
        next,
        room,
        typists.filter((one) => !isOver(one)),
      ),
    state,
  );
};

/** `bob is typing…`; `undefined`: nobody is, in the open room. */
export const typingText = (state: Pick<State, 'typing' | 'room' | 'now'>): string | undefined => {
  const nicks = (state.typing.get(state.room) ?? [])
    .filter(({ until }) => until > state.now)
    .map(({ nick }) => nick);
  const [one, two] = nicks;
  if (one === undefined) return undefined;
  if (two === undefined) return `${one} is typing…`;
  return nicks.length === 2 ? `${one} and ${two} are typing…` : 'Several people are typing…';
};
