// One event as a line for people, and as the contract's JSON line. `history` prints both.
import type { AnyEvent, LogEvent, MessageEvent } from '../protocol/packet.ts';
import { safeLine, safeText } from '../text/safe-text.ts';
import { fileSize } from '../text/size.ts';

const kinds = { join: 'join', part: 'leave' } as const;

/** `undefined` for events of a later version, which cannot be told. */
export function eventJson(event: AnyEvent): object | undefined {
  if (event.type === 'unknown') return undefined;
  const head = { seq: event.seq, room: event.room, from: event.nick, at: new Date(event.at).toISOString() };
  if (event.type !== 'message') return { ...head, kind: kinds[event.type] };
  if (event.file !== undefined) return { ...head, kind: 'file', ...event.file };
  const style = event.style === undefined ? {} : { style: event.style };
  return { ...head, kind: 'message', text: event.text, ...style };
}

/** As `eventJson`. Further lines of a message are indented, so that none of them looks like another message. */
export function eventLine(event: AnyEvent): string | undefined {
  if (event.type === 'unknown') return undefined;
  const time = new Date(event.at).toLocaleString('sv-SE').slice(0, 16);
  return `${time} ${says(event)}`;
}

function says(event: LogEvent): string {
  const nick = safeLine(event.nick);
  if (event.type === 'join') return `* ${nick} joined`;
  if (event.type === 'part') return `* ${nick} left`;
  return message(event, nick);
}

function message({ file, style, text, seq }: MessageEvent, nick: string): string {
  if (file !== undefined) {
    return `${nick}: ⇩ ${safeLine(file.name)} (${fileSize(file.size)}; chat-tui get ${seq})`;
  }
  const shown = safeText(text).replaceAll('\n', '\n    ');
  return style === 'action' ? `* ${nick} ${shown}` : `${nick}: ${shown}`;
}
