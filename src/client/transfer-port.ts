// What transfers need of the session, so that neither imports the other.
import type { RoomName } from '../protocol/names.ts';
import type { ClientPacket, FileNote, PostId, Seq, ServerKind, ServerPackets } from '../protocol/packet.ts';
import type { Transfer } from './client.ts';
import type { TransferLine } from './connector.ts';
import type { OnLoss } from './requests.ts';

export type TransferPort = {
  readonly ask: <Kind extends ServerKind>(
    make: (req: number) => ClientPacket,
    kind: Kind,
    onLoss: OnLoss,
  ) => Promise<ServerPackets[Kind]>;
  /** A second connection to the same server, up to `go`. */
  readonly dial: (ticket: string, signal: AbortSignal) => Promise<TransferLine>;
  readonly online: (signal: AbortSignal) => Promise<void>;
  readonly uploadBytes: () => number;
  readonly post: (room: RoomName, file: FileNote, id: PostId | undefined) => Promise<{ readonly seq: Seq }>;
  readonly tell: (transfer: Transfer) => void;
  /** For the jitter of the pauses between tries. */
  readonly random: () => number;
};
