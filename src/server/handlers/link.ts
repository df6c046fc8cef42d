// link: a one-time code for another device of the member; the operator may have one for a member who lost every key.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets, MemberId } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { memberCalled } from '../members.ts';

export function link(peer: Peer, packet: ClientPackets['link'], core: Core): void {
  const member = whose(peer, packet, core);
  const { code, until } = core.codes.issue(member);
  core.say('info', 'code-made', { member, by: peer.caller.role });
  peer.reply({ kind: 'code', re: packet.req, code, until });
}

function whose({ caller }: Peer, { nick }: ClientPackets['link'], core: Core): MemberId {
  if (caller.role === 'control') {
    if (nick === undefined) throw new Refusal('malformed', 'The operator names the member of the code.');
    return memberCalled(nick, core);
  }
  if (nick === undefined) return caller.member;
  throw new Refusal('not-allowed', "Only who runs this server may make a code for somebody else's device.");
}
