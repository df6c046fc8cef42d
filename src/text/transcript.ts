// One event as a line for people, and as the contract's JSON line: `history`, `search`, `export` and the log folder all
// write these. Nothing in a line for people is a sequence that a terminal obeys.
import type { AnyEvent, LogEvent, MessageEvent } from '../protocol/packet.ts';
import { safeLine, safeText } from './safe-text.ts';
import { fileSize } from './size.ts';

type Known = Exclude<AnyEvent, { type: 'unknown' }>;
type Other = Exclude<Known, MessageEvent>;

/** What the contract calls them, where that is not their name on the wire. */
const kinds: Partial<Record<Other['type'], string>> = { part: 'leave' };

/** `undefined` for events of a later version, which cannot be told. */
export function eventJson(event: AnyEvent): object | undefined {
  if (event.type === 'unknown') return undefined;
  const { seq, room, nick, member } = event;
  const head = { seq, room, from: nick, member, at: new Date(event.at).toISOString() };
  if (event.type === 'message') return { ...head, ...messageJson(event) };
  return { ...head, kind: kinds[event.type] ?? event.type, ...detailsOf(event) };
}

function messageJson({ file, text, style, reply, edited, deleted, reactions }: MessageEvent): object {
  const more = {
    ...(style !== undefined && { style }),
    ...(reply !== undefined && { reply }),
    ...(edited !== undefined && { edited }),
    ...(deleted !== undefined && { deleted }),
    ...(reactions !== undefined && { reactions }),
  };
  return file === undefined ? { kind: 'message', text, ...more } : { kind: 'file', ...file, ...more };
}

function detailsOf(event: Other): object {
  if (event.type === 'edit') return { target: event.target, text: event.text };
  if (event.type === 'deletion') return { target: event.target };
  if (event.type === 'reaction') return { target: event.target, emoji: event.emoji, did: event.did };
  if (event.type === 'topic') return { text: event.text };
  if (event.type === 'room') return { access: event.access, past: event.past };
  return event.type === 'invite' ? { guest: event.guestNick } : {};
}

/** JSON leaves U+007F to U+009F and bidi controls as they are; a terminal obeys some of them. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As `eventJson`. Further lines of a message are indented, so that none of them looks like another message. */
export function eventLine(event: AnyEvent): string | undefined {
  if (event.type === 'unknown') return undefined;
  return `${timeOf(event)} ${says(event)}`;
}

/** The same where lines of several rooms stand together. */
export function placedLine(event: AnyEvent, label: string): string | undefined {
  if (event.type === 'unknown') return undefined;
  return `${timeOf(event)} ${safeLine(label)} ${says(event)}`;
}

function timeOf({ at }: AnyEvent): string {
  return new Date(at).toLocaleString('sv-SE').slice(0, 16);
}

const indent = '\n    ';

function says(event: LogEvent): string {
  const nick = safeLine(event.nick);
  if (event.type === 'message') return message(event, nick);
  return `* ${nick} ${deeds[event.type](event as never)}`;
}

type Deed<Type extends Other['type']> = (event: Extract<Other, { type: Type }>) => string;

const deeds: { readonly [Type in Other['type']]: Deed<Type> } = {
  join: () => 'joined',
  part: () => 'left',
  edit: ({ target, text }) => `changed message ${target}: ${shown(text)}`,
  deletion: ({ target }) => `deleted message ${target}`,
  reaction: ({ target, emoji, did }) =>
    did === 'added'
      ? `reacted to message ${target}: ${safeLine(emoji)}`
      : `took back ${safeLine(emoji)} from message ${target}`,
  topic: ({ text }) => (text === '' ? 'took away the topic' : `set the topic: ${safeLine(text)}`),
  room: ({ access, past }) => {
    if (access === 'public') return 'made the room public';
    return `made the room private (newcomers read ${past === 'whole' ? 'the whole past' : 'what comes from then on'})`;
  },
  invite: ({ guestNick }) => `invited ${safeLine(guestNick)}`,
};

const shown = (text: string): string => safeText(text).replaceAll('\n', indent);

function message(event: MessageEvent, nick: string): string {
  const { file, style, text, seq, deleted } = event;
  if (deleted) return `${nick}: (deleted)`;
  const words = file
    ? `⇩ ${safeLine(file.name)} (${fileSize(file.size)}; chat-tui get ${seq})`
    : `${shown(text)}${event.edited === undefined ? '' : ' (edited)'}`;
  const said = style === 'action' && !file ? `* ${nick} ${words}` : `${nick}: ${words}`;
  return said + quoted(event) + reacted(event);
}

/** What it answers, below it: a line for people begins with its own author. */
function quoted({ reply, quote }: MessageEvent): string {
  if (reply === undefined) return '';
  const what = quote ? `${safeLine(quote.nick)}: ${safeLine(quote.text)}` : `message ${reply}`;
  return `${indent}↳ answers ${what}`;
}

function reacted({ reactions = [] }: MessageEvent): string {
  if (reactions.length === 0) return '';
  const each = reactions.map(({ emoji, by }) => `${safeLine(emoji)} ${by.length}`);
  return `${indent}↳ ${each.join('  ')}`;
}
