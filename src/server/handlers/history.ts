// history: a page of one room's past: in either direction for who scrolls or fills a gap, around a message that was
// found, or from a time on.
import type { ClientPackets, Seq } from '../../protocol/packet.ts';
import { toSeq } from '../../store/ids.ts';
import type { Core, Peer } from '../core.ts';
import { type Bounds, type Part, readerOf, steadily } from '../past.ts';

type History = ClientPackets['history'];

export async function history(peer: Peer, packet: History, core: Core): Promise<void> {
  const { req, room } = packet;
  const page = await steadily(core, () => pageOf(peer, packet, core));
  // What is read here may be on its way to the peer as well: live events are never overtaken.
  core.hub.flush();
  peer.replyRead({ kind: 'past', re: req, room, ...page });
}

type Page = Part & { readonly newer?: boolean };

async function pageOf(peer: Peer, packet: History, core: Core): Promise<Page> {
  const { room, before, after, around, at } = packet;
  const limit = Math.min(Math.max(packet.limit, 1), core.limits.pageEvents);
  const read = readerOf(peer.member, room, core);
  const whole: Bounds = { limit, bytesMax: core.limits.pageBytes };
  if (around !== undefined) return seen(read, around, whole);
  if (at !== undefined) return from(read, await core.store.log.seqAt(at), whole);
  const bounds = {
    ...whole,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  return read(after !== undefined && before === undefined ? 'oldest' : 'newest', bounds);
}

type Read = ReturnType<typeof readerOf>;

/** Half of the page before the message, the rest from it on. */
async function seen(read: Read, around: Seq, { limit, bytesMax }: Bounds): Promise<Page> {
  const half = { limit: Math.floor(limit / 2), bytesMax: Math.floor(bytesMax / 2) };
  const newer = await read('oldest', { ...half, limit: limit - half.limit, after: justBefore(around) });
  if (half.limit === 0) return { ...newer, more: await isAnyBefore(read, around), newer: newer.more };
  const older = await read('newest', { ...half, before: around });
  return { events: [...older.events, ...newer.events], more: older.more, newer: newer.more };
}

async function from(read: Read, first: Seq, bounds: Bounds): Promise<Page> {
  const page = await read('oldest', { ...bounds, after: justBefore(first) });
  return { events: page.events, more: await isAnyBefore(read, first), newer: page.more };
}

async function isAnyBefore(read: Read, seq: Seq): Promise<boolean> {
  const { events } = await read('newest', { limit: 1, bytesMax: 1, before: seq });
  return events.length > 0;
}

function justBefore(seq: Seq): Seq {
  return toSeq(Math.max(seq - 1, 0));
}
