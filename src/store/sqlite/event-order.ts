// The order for events that carry more than a text or a file: changes, replies, mentions, and what is said of a room.
// Made on the main thread, carried out by change-orders.ts in the writer's.
import type { RoomName } from '../../protocol/names.ts';
import type { EventBody, NewEvent } from '../log.ts';

export type EventOrder = readonly [
  order: 'event',
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
  target: number | null,
  reply: number | null,
  /** Members, separated by commas: one string is cloned quicker than an array. */
  mentions: string,
];

type Columns = {
  readonly text?: string;
  readonly style?: string;
  readonly target?: number;
  readonly reply?: number;
};

/** Whether `append` and `say` cannot carry it. */
export function isRare({ body, mentions }: NewEvent): boolean {
  if (body.type === 'message') return body.reply !== undefined || mentions !== undefined;
  return body.type !== 'join' && body.type !== 'part';
}

export function eventOrder(
  { room, member, device, id, body, mentions = [] }: NewEvent,
  at: number,
): EventOrder {
  const { text = null, style = null, target = null, reply = null } = columnsOf(body);
  const file = body.type === 'message' ? body.file : undefined;
  const note = [file?.name ?? null, file?.size ?? null, file?.sha256 ?? null] as const;
  const about = [target, reply, mentions.join()] as const;
  return ['event', room, member, device, id, at, body.type, text, style, ...note, ...about];
}

function columnsOf(body: EventBody): Columns {
  switch (body.type) {
    case 'join':
    case 'part':
      return body.isQuiet ? { style: 'quiet' } : {};
    case 'reaction':
      return { text: body.emoji, style: body.did, target: body.target };
    case 'room':
      return { text: body.access, style: body.past };
    case 'invite':
      return { text: `${body.guest}` };
    default:
      return body;
  }
}
