// nick: the member goes by another label from now on. Its former one stays its own for 90 days.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import { parseNick } from '../../text/nick.ts';
import type { Core, Peer } from '../core.ts';
import { nickTaken } from '../login.ts';
import { nickIn } from '../welcome.ts';

export async function nick(peer: Peer, packet: ClientPackets['nick'], core: Core): Promise<void> {
  const parsed = parseNick(packet.nick);
  if (!parsed.ok) throw new Refusal(parsed.reason, parsed.sentence);
  const { people } = core.store;
  const was = nickIn(people, peer.member);
  const claim = { nick: parsed.nick, skeleton: parsed.skeleton, at: core.now() };
  if (was !== parsed.nick) {
    if ((await people.rename(peer.member, claim)) === 'taken') throw nickTaken();
    core.say('info', 'renamed', { member: peer.member, was, nick: parsed.nick });
    core.presence.renamed(peer.member, was);
  }
  peer.reply({ kind: 'done', re: packet.req });
}
