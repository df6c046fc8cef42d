// All uploads and downloads of one client.
import type { RoomName } from '../protocol/names.ts';
import type { ClientPacket, FileNote, PostId, Seq, ServerKind, ServerPackets } from '../protocol/packet.ts';
import type { DownloadWhat, Transfer } from './client.ts';
import type { TransferLine } from './connector.ts';
import type { OnLoss } from './requests.ts';

/** What transfers need of the session. */
export type TransferPort = {
  readonly ask: <Kind extends ServerKind>(
    make: (req: number) => ClientPacket,
    kind: Kind,
    onLoss: OnLoss,
  ) => Promise<ServerPackets[Kind]>;
  readonly dial: (ticket: string, signal: AbortSignal) => Promise<TransferLine>;
  readonly online: (signal: AbortSignal) => Promise<void>;
  readonly uploadBytes: () => number;
  readonly post: (room: RoomName, file: FileNote, id: PostId | undefined) => Promise<{ readonly seq: Seq }>;
  readonly tell: (transfer: Transfer) => void;
};

export class Transfers {
  readonly list: readonly Transfer[] = [];
  constructor(port: TransferPort) {
    void port;
  }
  upload(
    _room: RoomName,
    _path: string,
    _id?: PostId,
  ): Promise<{ readonly seq: Seq; readonly file: FileNote }> {
    return Promise.reject(new Error('Files cannot be sent yet.'));
  }
  download(_what: DownloadWhat): Promise<{ readonly path: string; readonly file: FileNote }> {
    return Promise.reject(new Error('Files cannot be fetched yet.'));
  }
  cancel(_transfer: number): void {}
  async close(): Promise<void> {}
}
