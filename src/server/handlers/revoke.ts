// revoke: a key speaks for the member no longer, from now on and for ever; what it has open is ended.
import { Refusal } from '../../protocol/errors.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';

export async function revoke(
  peer: Peer,
  { req, device }: ClientPackets['revoke'],
  core: Core,
): Promise<void> {
  const { people } = core.store;
  if (device === peer.caller.device) {
    throw new Refusal('not-allowed', 'You are using this device. Revoke it from another one.');
  }
  const found = people.devicesOf(peer.member).find((one) => one.device === device);
  if (found === undefined) {
    throw new Refusal('not-allowed', `You have no device ${device}. /devices lists yours.`);
  }
  await people.revoke(device);
  core.sessions.revoke(peer.member, device);
  core.transfers.revoke(found.key);
  // The device may have asked for a code, to come back under another key.
  core.codes.spend(peer.member);
  core.say('info', 'device-revoked', { member: peer.member, device });
  peer.reply({ kind: 'done', re: req });
}
