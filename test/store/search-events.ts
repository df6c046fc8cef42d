// What the tests of search append: texts, files and changes, each under an id of its own.
import { randomBytes } from 'node:crypto';
import type { RoomName } from '../../src/protocol/names.ts';
import type { DeviceId, MemberId, Seq, Sha256 } from '../../src/protocol/packet.ts';
import { makePostId } from '../../src/protocol/post-id.ts';
import type { EventBody } from '../../src/store/log.ts';
import type { Store } from '../../src/store/open.ts';

export const asRoom = (name: string) => name as RoomName;
export const asMemberId = (id: number) => id as MemberId;
export const asSeq = (seq: number) => seq as Seq;

export function makeEvents({ log }: Store) {
  const append = async (member: MemberId, room: RoomName, body: EventBody): Promise<Seq> => {
    const device = Number(member) as DeviceId;
    const id = makePostId(Date.now(), randomBytes);
    const { seq } = await log.append({ room, member, device, id, body });
    await announced(log, seq);
    return seq;
  };
  return {
    text: (member: MemberId, room: RoomName, text: string) => append(member, room, { type: 'message', text }),
    file: (member: MemberId, room: RoomName, name: string) =>
      append(member, room, {
        type: 'message',
        text: '',
        file: { name, size: 1, sha256: 'a'.repeat(64) as Sha256 },
      }),
    change: append,
  };
}

/** An append resolves a moment before it is announced, and nothing is read or found before that. */
function announced(log: Store['log'], seq: Seq): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = log.subscribe(() => {
    if (log.tail < seq) return;
    stop();
    resolve();
  });
  if (log.tail >= seq) resolve();
  return promise;
}
