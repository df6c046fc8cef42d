// An event as a row of the file, and back. What is searched or looked up has a column of its own, the rest is JSON.
// Rows are read with the wire's own schema: what somebody else wrote into the file is no better than what a server says.
import * as v from 'valibot';
import { AnyEvent } from '../../protocol/packet.ts';
import { folded } from '../../text/folded.ts';

export type EventRow = {
  readonly seq: number;
  readonly at: number;
  readonly member: number;
  readonly type: string;
  readonly text: string;
  /** The text as it is searched, where that is more than another case of ASCII letters. */
  readonly folded: string | null;
  readonly reply: number | null;
  readonly more: string | null;
};

/** `room` and `nick` stand elsewhere: one is a number here, the other that of today. */
export function rowOf(event: AnyEvent): EventRow {
  const { seq, at, member, type, room: _room, nick: _nick, ...rest } = event;
  const { text = '', reply = null, ...more } = { text: undefined, reply: undefined, ...rest };
  const hasMore = Object.keys(more).length > 0;
  return {
    seq,
    at,
    member,
    type,
    text,
    folded: foldedOf(text),
    reply,
    more: hasMore ? JSON.stringify(more) : null,
  };
}

const withText: ReadonlySet<string> = new Set(['message', 'topic']);

function foldedOf(text: string): string | null {
  const plain = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const whole = folded(text);
  return whole === plain ? null : whole;
}

/** Throws for what is no event. */
export function eventOf(row: EventRow, room: string, nick: string): AnyEvent {
  const { seq, at, member, type, text, reply, more } = row;
  return v.parse(AnyEvent, {
    ...(more === null ? {} : JSON.parse(more)),
    type,
    seq,
    room,
    member,
    nick,
    at,
    ...(withText.has(type) ? { text } : {}),
    ...(reply === null ? {} : { reply }),
  });
}
