// The words of the wire in one place, for everybody else to import. One schema per packet kind is the TypeScript type and
// the validator of both directions; docs/protocol.md says what each packet means, and a test holds the two against each
// other. Unknown fields are ignored (objects drop them), an unknown kind is an error for the sender.
import type * as v from 'valibot';
import type { clientPackets } from './client-packets.ts';
import type { serverPackets } from './server-packets.ts';

export { clientPackets } from './client-packets.ts';
export {
  AnyEvent,
  type ChangeEvent,
  isChange,
  type LogEvent,
  logEvents,
  type MessageEvent,
  type Quote,
  type Reaction,
} from './event.ts';
export { DeviceNote, FileNote, Mark, type NotifyLevel, Person, RoomNote } from './notes.ts';
export { serverPackets } from './server-packets.ts';
export { DeviceId, isPostId, LogId, MemberId, PostId, Seq, Sha256, Time } from './shapes.ts';

type Packets<Schemas extends Record<string, v.GenericSchema>> = {
  [Kind in keyof Schemas]: v.InferOutput<Schemas[Kind]>;
};
export type ClientPackets = Packets<typeof clientPackets>;
export type ServerPackets = Packets<typeof serverPackets>;
export type ClientKind = keyof ClientPackets;
export type ServerKind = keyof ServerPackets;
export type ClientPacket = ClientPackets[ClientKind];
export type ServerPacket = ServerPackets[ServerKind];
