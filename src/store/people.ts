// Members, their devices and where they are: tables beside the log. Lookups are local and synchronous; what is
// written resolves when it is on disk. Rooms and memberships are a projection of the log's joins and parts.

import type { RoomName } from '../protocol/names.ts';
import type { DeviceId, MemberId, Seq } from '../protocol/packet.ts';

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

export type Room = {
  readonly room: RoomName;
  readonly topic: string;
  readonly members: number;
  /** `direct` by its name (`membersOfDirect`). */
  readonly access: 'public' | 'private' | 'direct';
  readonly past: 'whole' | 'invited';
  /** Who made it. A direct room has none, nor has one from before rooms had owners. */
  readonly owner?: MemberId;
};

export type Device = {
  readonly device: DeviceId;
  readonly member: MemberId;
  readonly key: string;
  /** Unix milliseconds. */
  readonly since: number;
  readonly seen?: number;
};

export type Level = 'all' | 'mentions' | 'none';
/** What a member keeps of a room: state, last write wins. */
export type Place = { readonly read: Seq; readonly level: Level };

export interface People {
  /** `key`: raw Ed25519 public key, base64url. */
  device(key: string): { readonly device: DeviceId; readonly member: MemberId } | undefined;
  member(id: MemberId): Member | undefined;
  /** The member who holds this skeleton at that time, or whose former nick it still is. */
  holder(skeleton: string, at: number): MemberId | undefined;
  /**
   * A new member with its first device; for a key that is already enrolled its own device, whatever the claim.
   * `taken`: the skeleton is held, or was within 90 days. Rejects like `Log.append`, as `rename` does, and with
   * `not-allowed` for a key that was revoked.
   */
  enrol(key: string, claim: NickClaim): Promise<{ device: DeviceId; member: MemberId } | 'taken'>;
  /** The former nick stays the member's for 90 days: it may take it back, nobody else may have it. */
  rename(member: MemberId, claim: NickClaim): Promise<'done' | 'taken'>;
  /** Ordered by id, over `after`, at most `limit`: for `who --all`. */
  members(after: number, limit: number): readonly Member[];
  /** Rooms the member is in, in the order of joining; includes a join as soon as its `append` resolves. */
  roomsOf(member: MemberId): readonly RoomName[];
  /** Made by its first join (or by a direct room's), whose member owns it, and stays when the last member parts. */
  room(name: RoomName): Room | undefined;
  /** Rooms there are, without the direct ones: of those each two members may have one. */
  roomCount(): number;
  /** Public rooms in the order of their names' bytes, over `after` (`''`: from the first), at most `limit`. */
  publicRooms(after: string, limit: number): readonly Room[];
  /**
   * What the member may read of the room: everything over this seq; `undefined`: nothing. Of a public room all; of a
   * private or direct one only members, from their invitation on where the room's past is `invited` now (without one:
   * from their join on; a member from before it was closed: all that it could read then).
   */
  readableFrom(member: MemberId, room: RoomName): Seq | undefined;
  /** The seq of the invitation that a member from outside may still take up. A join, a part or a new one ends it. */
  invitation(member: MemberId, room: RoomName): Seq | undefined;
  /** Rooms with an invitation for the member, the one it got first before the others. */
  invitations(member: MemberId): readonly RoomName[];

  /**
   * Where the member is in a room. Without a read position it is read up to the member's join, if it is in there; the
   * level is `all` until it was set. Both stay when the member parts.
   */
  place(member: MemberId, room: RoomName): Place;
  /** Only upwards. Resolves when it is on disk, as all that is written here. */
  setRead(member: MemberId, room: RoomName, seq: Seq): Promise<void>;
  setLevel(member: MemberId, room: RoomName, level: Level): Promise<void>;

  /** By id; revoked ones are not among them, and `device` does not find their key. */
  devicesOf(member: MemberId): readonly Device[];
  /** A further key of the member. `taken`: the key is (or was) somebody's. */
  addDevice(key: string, member: MemberId, at: number): Promise<{ readonly device: DeviceId } | 'taken'>;
  /** The key is nobody's any more and never will be. */
  revoke(device: DeviceId): Promise<void>;
  /** A login of the device; may be written late. */
  seen(device: DeviceId, at: number): void;
}
