// What passes between the main thread and the writer: one array of orders, one array of their answers in the same
// order. Flat tuples, for structured cloning costs by the object and by the key.
import type { RoomName } from '../../protocol/names.ts';
import type { LogRefusal } from '../content.ts';
import { isQuiet, type NewEvent } from '../log.ts';
import type { NickClaim } from '../people.ts';
import { type EventOrder, eventOrder, isRare } from './event-order.ts';
import type { PlaceOrder } from './place-order.ts';

/** Plain texts of one device at one time, one behind the other, which nearly all posts are. Each has its own answer. */
export type SayOrder = readonly [
  order: 'say',
  room: RoomName,
  member: number,
  device: number,
  at: number,
  ids: string[],
  texts: string[],
];
export type AppendOrder = readonly [
  order: 'append',
  room: RoomName,
  member: number,
  device: number,
  id: string,
  at: number,
  type: string,
  text: string | null,
  style: string | null,
  fileName: string | null,
  fileSize: number | null,
  sha256: string | null,
];
export type EnrolOrder = readonly [order: 'enrol', key: string, nick: string, skeleton: string, at: number];
export type RenameOrder = readonly [
  order: 'rename',
  member: number,
  nick: string,
  skeleton: string,
  at: number,
];
export type Order = SayOrder | AppendOrder | EventOrder | EnrolOrder | RenameOrder | PlaceOrder;

export type Answer =
  /** The seq of a new event. */
  | number
  | readonly [answer: 'again', seq: number, at: number]
  | readonly [answer: 'refused', code: LogRefusal, why: string]
  | readonly [answer: 'enrolled', device: number, member: number]
  | readonly [answer: 'taken']
  | readonly [answer: 'done'];

/** `close`: checkpoint, let go of the file, end. */
export type ToWriter = readonly Order[] | 'close';

/** What the writer is started with. */
export type WriterData = { readonly path: string; readonly logBytesMax?: number };

/** The event's order, or `undefined` where it found room in the order before it. */
export function appendOrder(event: NewEvent, at: number, before?: Order): Order | undefined {
  const { room, member, device, id, body } = event;
  if (isRare(event)) return eventOrder(event, at);
  if (body.type !== 'message') {
    const style = isQuiet(body) ? 'quiet' : null;
    return ['append', room, member, device, id, at, body.type, null, style, null, null, null];
  }
  const { text, style = null, file } = body;
  if (style === null && file === undefined) {
    if (before?.[0] !== 'say' || !isOneRun(before, event, at))
      return ['say', room, member, device, at, [id], [text]];
    before[5].push(id);
    before[6].push(text);
    return undefined;
  }
  const note = [file?.name ?? null, file?.size ?? null, file?.sha256 ?? null] as const;
  return ['append', room, member, device, id, at, body.type, text, style, ...note];
}

function isOneRun(before: SayOrder, event: NewEvent, at: number): boolean {
  const [, room, member, device, time] = before;
  return device === event.device && time === at && room === event.room && member === event.member;
}

export function enrolOrder(key: string, { nick, skeleton, at }: NickClaim): EnrolOrder {
  return ['enrol', key, nick, skeleton, at];
}

export function renameOrder(member: number, { nick, skeleton, at }: NickClaim): RenameOrder {
  return ['rename', member, nick, skeleton, at];
}
