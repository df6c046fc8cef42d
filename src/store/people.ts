// Members, their devices and where they are: tables beside the log. Lookups are local and synchronous; what is
// written resolves when it is on disk. Rooms and memberships are a projection of the log's joins and parts.

import type { RoomName } from '../protocol/names.ts';
import type { DeviceId, MemberId } from '../protocol/packet.ts';

export type Member = {
  readonly id: MemberId;
  readonly nick: string;
  /** Unix milliseconds. */
  readonly since: number;
};

export type NickClaim = {
  readonly nick: string;
  /** What a confusable nick would also come to (`nickSkeleton`): unique over members and reserved former nicks. */
  readonly skeleton: string;
  /** Unix milliseconds. */
  readonly at: number;
};

export type Room = { readonly room: RoomName; readonly topic: string; readonly members: number };

export interface People {
  /** `key`: raw Ed25519 public key, base64url. */
  device(key: string): { readonly device: DeviceId; readonly member: MemberId } | undefined;
  member(id: MemberId): Member | undefined;
  /** The member who holds this skeleton at that time, or whose former nick it still is. */
  holder(skeleton: string, at: number): MemberId | undefined;
  /**
   * A new member with its first device; for a key that is already enrolled its own device, whatever the claim.
   * `taken`: the skeleton is held, or was within 90 days. Rejects like `Log.append`, as `rename` does.
   */
  enrol(key: string, claim: NickClaim): Promise<{ device: DeviceId; member: MemberId } | 'taken'>;
  /** The former nick stays the member's for 90 days: it may take it back, nobody else may have it. */
  rename(member: MemberId, claim: NickClaim): Promise<'done' | 'taken'>;
  /** Ordered by id, over `after`, at most `limit`: for `who --all`. */
  members(after: number, limit: number): readonly Member[];
  /** Rooms the member is in, in the order of joining; includes a join as soon as its `append` resolves. */
  roomsOf(member: MemberId): readonly RoomName[];
  /** Made by its first join, and stays when the last member parts. */
  room(name: RoomName): Room | undefined;
  roomCount(): number;
}
