// Which events open a room's past to who reads it: what seemed its beginning need not be it any more. The local store
// and the timeline ask it.
import type { AnyEvent, MemberId } from '../protocol/packet.ts';

export function opensPast(event: AnyEvent, reader: MemberId | undefined): boolean {
  if (event.type === 'room') return event.access === 'public' || event.past === 'whole';
  return event.type === 'join' && event.member === reader;
}
