// Which sessions speak for whom: what is told to one person (an invitation, marks of another device) goes to them, and a
// revoked device's are ended. Sessions enter at their login and leave at their end.
import { encode } from '../protocol/codec.ts';
import type { DeviceId, MemberId, ServerPacket, ServerPackets } from '../protocol/packet.ts';
import type { Caller } from './caller.ts';

/** A session as this list sees it. */
export interface Listed {
  readonly caller: Caller;
  readonly hearsSignals: boolean;
  send(frame: Buffer): void;
  /** Says why and closes. */
  end(reason: ServerPackets['bye']['reason']): void;
}

export class Sessions {
  readonly #byMember = new Map<MemberId, Set<Listed>>();

  enter(session: Listed): void {
    const { member } = session.caller;
    const ofMember = this.#byMember.get(member) ?? new Set();
    this.#byMember.set(member, ofMember.add(session));
  }

  leave(session: Listed): void {
    const { member } = session.caller;
    const ofMember = this.#byMember.get(member);
    ofMember?.delete(session);
    if (ofMember?.size === 0) this.#byMember.delete(member);
  }

  /** Chats of the member, `but` left out. */
  hearers(member: MemberId, but?: Listed): readonly Listed[] {
    return [...(this.#byMember.get(member) ?? [])].filter((one) => one !== but && one.hearsSignals);
  }

  /** Tells all chats of the member, `but` left out. */
  tell(member: MemberId, packet: ServerPacket, but?: Listed): void {
    const hearers = this.hearers(member, but);
    if (hearers.length === 0) return;
    const frame = encode(packet);
    for (const one of hearers) one.send(frame);
  }

  /** Ends all that speak with this key of the member. */
  revoke(member: MemberId, device: DeviceId): void {
    for (const one of [...(this.#byMember.get(member) ?? [])]) {
      if (one.caller.device === device) one.end('revoked');
    }
  }
}
