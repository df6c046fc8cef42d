// To whom a message speaks: `@nick` anywhere, and `nick:` or `nick,` at its start. The post handler asks, once, when the
// message is appended; who is called otherwise later was not meant.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import type { Core } from './core.ts';
import { memberOf } from './members.ts';
import { readableFrom } from './room-access.ts';

const nickChars = String.raw`[\p{L}\p{M}\p{Nd}_.\-]`;
/** In `ada@example.org` nobody is spoken to. Chinese and Japanese put no space before the sign. */
const atNick = new RegExp(String.raw`(?<![a-zA-Z\d_.\-@])@(${nickChars}{1,64})`, 'gu');
const firstNick = new RegExp(String.raw`^(${nickChars}{1,64})[:,](?=\s|$)`, 'u');
/** Cheap, and true of what `firstNick` can match: nearly all messages are plain text and end here. */
const mayBegin = /^[^\s:,]{1,128}[:,]/;

/** Others who may read the room and are spoken to, each once; no more of them than `mentionsPerMessage`. */
export function mentionsIn(text: string, from: MemberId, room: RoomName, core: Core): MemberId[] {
  if (!text.includes('@') && !mayBegin.test(text)) return [];
  const { people } = core.store;
  const found = new Set<MemberId>();
  let looked = 0;
  for (const nick of nicksIn(text)) {
    if (looked === core.limits.mentionsPerMessage) break;
    looked += 1;
    const member = calledSo(nick, core);
    if (member === undefined || member === from) continue;
    if (readableFrom(people, member, room) !== undefined) found.add(member);
  }
  return [...found];
}

function* nicksIn(text: string): Generator<string> {
  const first = firstNick.exec(text)?.[1];
  if (first !== undefined) yield first;
  for (const [, nick = ''] of text.matchAll(atNick)) yield nick;
}

/** What stands behind it may be the sentence's: a full stop, a dash, Chinese right behind a Latin nick. */
function calledSo(nick: string, core: Core): MemberId | undefined {
  const latin = /^[a-zA-Z\d_.-]*/.exec(nick)?.[0] ?? '';
  const candidates = new Set([nick, latin, withoutEnd(nick), withoutEnd(latin)]);
  for (const candidate of candidates) {
    const member = candidate === '' ? undefined : memberOf(core.store.people, candidate, core.now());
    if (member !== undefined) return member;
  }
  return undefined;
}

function withoutEnd(nick: string): string {
  let end = nick.length;
  while (end > 0 && '._-'.includes(nick[end - 1] ?? '')) end -= 1;
  return nick.slice(0, end);
}
