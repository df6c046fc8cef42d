// What a member says other than a plain post (an edit, a deletion, a reaction, a topic, a reply): appended under the
// packet's own id, so that it may be sent again for ever, and acknowledged like a post. Handlers call it.
import { Refusal } from '../protocol/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type { ClientPackets, MemberId, PostId } from '../protocol/packet.ts';
import type { Appended, EventBody, NewEvent } from '../store/log.ts';
import type { Core, Peer } from './core.ts';

export type Said = ClientPackets['post' | 'edit' | 'delete' | 'react' | 'topic'];

/** Starts the append; packets behind it are read meanwhile, and what they say follows it in the log. */
export function say(
  peer: Peer,
  packet: Said,
  body: EventBody,
  core: Core,
  mentions: readonly MemberId[] = [],
): void {
  peer.begin();
  core.store.log.submit(newEvent(peer, packet, body, mentions), (answer) => {
    if (answer instanceof Refusal) peer.fail(packet, answer);
    else acknowledge(peer, packet, answer);
    peer.done();
  });
}

/** As `say`, but resolves when it is acknowledged; rejects with the Refusal. Nothing is read meanwhile. */
export async function sayAndWait(
  peer: Peer,
  packet: Said,
  body: EventBody,
  core: Core,
  mentions: readonly MemberId[] = [],
): Promise<Appended> {
  const answer = await core.store.log.append(newEvent(peer, packet, body, mentions));
  acknowledge(peer, packet, answer);
  return answer;
}

function newEvent(
  { caller: { member, device } }: Peer,
  { id, room }: { readonly id: PostId; readonly room: RoomName },
  body: EventBody,
  mentions: readonly MemberId[] = [],
): NewEvent {
  return { room, member, device, id, body, ...(mentions.length === 0 ? {} : { mentions }) };
}

function acknowledge(peer: Peer, { id, room }: Said, { seq, at }: Appended): void {
  peer.acknowledge({ id, room, seq, at });
}
