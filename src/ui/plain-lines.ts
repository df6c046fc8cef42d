// Events as plain lines: `12:52 <ada> hello`. No escape sequence of anybody, readable by `tail -f`, a pipe or a screen
// reader. Pure; plain.ts prints them. What people wrote in several lines is marked, so that no row of it can be taken
// for another message.
import type { AnyEvent, MessageEvent, Seq, ServerPackets } from '../protocol/packet.ts';
import { type SafeText, safeLine, safeText } from '../text/safe-text.ts';
import { fileSize } from '../text/size.ts';
import { labelOf } from './state/room-label.ts';
import { clock, dayName } from './text/format.ts';

const continued = '      | ';

export function dayLine(at: number): string {
  return `--- ${dayName(at)}`;
}

/** How a message that another event is about is named: its number, where nothing more is known of it. */
export type About = (seq: Seq) => SafeText;

const byNumber: About = (seq) => safeLine(`message ${seq}`);

/** `undefined`: nothing that people read. */
export function eventLine(event: AnyEvent, about: About = byNumber): string | undefined {
  if (event.type === 'message') return messageLine(event);
  if (event.type === 'unknown') return undefined;
  return `${clock(event.at)} -- ${safeLine(event.nick)} ${deeds[event.type](event as never, about)}`;
}

type Other = Exclude<AnyEvent, { type: 'unknown' | 'message' }>;
type Deed<Type extends Other['type']> = (event: Extract<Other, { type: Type }>, about: About) => string;

const deeds: { readonly [Type in Other['type']]: Deed<Type> } = {
  join: ({ room }) => `joined ${labelOf({ room })}`,
  part: ({ room }) => `left ${labelOf({ room })}`,
  edit: ({ target, text }, about) => `edited ${about(target)}: ${lined(text)}`,
  deletion: ({ target }, about) => `deleted ${about(target)}`,
  reaction: ({ target, emoji, did }, about) =>
    did === 'added'
      ? `reacted ${safeLine(emoji)} to ${about(target)}`
      : `took ${safeLine(emoji)} back from ${about(target)}`,
  topic: ({ text }) => (text === '' ? 'took away the topic' : `set the topic: ${safeLine(text)}`),
  room: ({ access }) => `made the room ${access}`,
  invite: ({ guestNick }) => `invited ${safeLine(guestNick)}`,
};

const lined = (text: string): string => safeText(text).split('\n').join(`\n${continued}`);

function messageLine({ at, nick, text, style, file, seq, deleted, edited, quote }: MessageEvent): string {
  const name = safeLine(nick);
  const time = clock(at);
  if (deleted) return `${time} <${name}> (deleted)`;
  if (file) {
    return `${time} <${name}> sent file ${seq}: ${safeLine(file.name)} (${fileSize(file.size)})`;
  }
  const answers = quote ? `[to ${safeLine(quote.nick)}: ${safeLine(quote.text)}] ` : '';
  const lines = `${answers}${lined(text)}${edited === undefined ? '' : ' (edited)'}`;
  return style === 'action' ? `${time} * ${name} ${lines}` : `${time} <${name}> ${lines}`;
}

type Change = ServerPackets['presence']['changes'][number];

/** Who came, went or is called otherwise; `undefined` where somebody is only away for a while. */
export function presenceLine(change: Change, at: number): string | undefined {
  const nick = safeLine(change.nick);
  const time = clock(at);
  if (change.was !== undefined && change.was !== change.nick) {
    return `${time} -- ${safeLine(change.was)} is ${nick} now`;
  }
  if (change.state === 'online') return `${time} -- ${nick} is online`;
  if (change.state === 'away') return undefined;
  return `${time} -- ${nick} ${change.why === 'lost' ? 'lost the connection' : 'left'}`;
}
