// post: appends a message. The ack is sent when the log has it on disk, ahead of the fan-out, which comes from the
// log's tail and not from here. `from`, `seq` and `at` are the server's; of the packet only id, room and content count.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import { showsNothing } from '../../text/safe-text.ts';
import type { Core, Peer } from '../core.ts';
import { isOneAway } from '../direct.ts';
import { mentionsIn } from '../mentions.ts';
import { postMore } from '../post-more.ts';
import { demandFits } from '../text-size.ts';

type Post = ClientPackets['post'];

export function post(peer: Peer, packet: Post, core: Core): Promise<void> | void {
  const { text, file, reply, room } = packet;
  demandFits(text);
  // What shows nothing on a screen says nothing: spaces, line ends, invisible characters.
  if (file === undefined && showsNothing(text)) {
    throw new Refusal('text-empty', 'A message needs text or a file.');
  }
  const mentions = mentionsIn(text, peer.member, room, core);
  const isMore = file !== undefined || reply !== undefined || mentions.length > 0 || isOneAway(room, core);
  if (isMore) return postMore(peer, packet, mentions, core);
  append(peer, packet, core);
}

/** A text and nothing else, as nearly all posts are. */
function append(peer: Peer, packet: Post, core: Core): void {
  const { id, room, text, style } = packet;
  const body: { type: 'message'; text: string; style?: 'action' } = { type: 'message', text };
  if (style !== undefined) body.style = style;
  const { member, device } = peer.caller;
  core.store.log.submit({ room, member, device, id, body }, (answer) => {
    if (answer instanceof Refusal) peer.fail(packet, answer);
    else peer.acknowledge({ id, room, seq: answer.seq, at: answer.at });
    peer.done();
  });
  peer.begin();
}
