// delete: takes an own message back. Its text, edits and reactions are gone with the deletion's commit, and its file when
// no other message names it.
import type { ClientPackets, Sha256 } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { demandTarget } from '../room-access.ts';
import { say, sayAndWait } from '../said.ts';

export async function deleteMessage(peer: Peer, packet: ClientPackets['delete'], core: Core): Promise<void> {
  const { room, target } = packet;
  const { log, people } = core.store;
  demandTarget(people, peer.member, room, target);
  const body = { type: 'deletion', target } as const;
  const named = await log.at(target);
  const file = named?.body.type === 'message' ? named.body.file : undefined;
  if (file === undefined) return say(peer, packet, body, core);
  await core.files.inTurn(file.sha256, async () => {
    await sayAndWait(peer, packet, body, core);
    await letGo(peer, file.sha256, core);
  });
}

/** Its member was answered; what the disk says is for the operator, and the next sweep tries again. */
async function letGo({ member }: Peer, sha256: Sha256, { store, say: tell }: Core): Promise<void> {
  try {
    if (!(await store.log.carries(member, sha256))) await store.blobs.forget(member, sha256);
  } catch (error) {
    tell('warn', 'file-not-deleted', { sha256, why: String(error) });
  }
}
