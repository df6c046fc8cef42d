// Events as the store tests append them. Free of vitest, for processes that tests start use it too.
import { createHash } from 'node:crypto';
import type { RoomName } from '../../src/protocol/names.ts';
import type { DeviceId, FileNote, MemberId, PostId, Seq, Sha256 } from '../../src/protocol/packet.ts';
import type { EventBody, NewEvent } from '../../src/store/log.ts';

export const asSeq = (n: number) => n as Seq;
export const asMember = (n: number) => n as MemberId;
export const asDevice = (n: number) => n as DeviceId;
export const asRoom = (name: string) => name as RoomName;
export const general = asRoom('general');

export function postId(n: number): PostId {
  const hex = n.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` as PostId;
}

export type EventWish = Partial<Omit<NewEvent, 'body'>> & {
  readonly body?: EventBody;
  readonly text?: string;
};

/** The nth event of device 1, unless told otherwise. */
export function event(n: number, wish: EventWish = {}): NewEvent {
  const { room = general, member = asMember(1), device = asDevice(1), id = postId(n) } = wish;
  const body = wish.body ?? { type: 'message', text: wish.text ?? `text ${n}` };
  const { mentions } = wish;
  return { room, member, device, id, body, ...(mentions === undefined ? {} : { mentions }) };
}

export function digestOf(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}

export function fileNote(content: string, name = 'plan.pdf'): FileNote {
  const bytes = Buffer.from(content);
  return { name, size: bytes.length, sha256: digestOf(bytes) };
}
