// post: appends a message. The ack is sent when the log has it on disk, ahead of the fan-out, which comes from the
// log's tail and not from here. `from`, `seq` and `at` are the server's; of the packet only id, room and content count.
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ClientPackets, FileNote } from '../../protocol/packet.ts';
import { textFits } from '../../protocol/text-limit.ts';
import { isBlank, safeText } from '../../text/safe-text.ts';
import type { Core, Peer } from '../core.ts';

type Post = ClientPackets['post'];

export function post(peer: Peer, packet: Post, core: Core): Promise<void> | void {
  const { text, file } = packet;
  if (!textFits(text)) {
    const sentence = `A message has at most ${limits.textBytes} bytes. Send it in parts, or as a file.`;
    throw new Refusal('text-too-large', sentence);
  }
  if (file !== undefined) return withFile(peer, packet, file, core);
  // What shows nothing on a screen says nothing: spaces, line ends, invisible characters.
  if (isBlank(safeText(text))) throw new Refusal('text-empty', 'A message needs text or a file.');
  append(peer, packet, core);
}

async function withFile(peer: Peer, packet: Post, file: FileNote, core: Core): Promise<void> {
  if (!(await core.transfers.isStored(peer.member, file))) {
    throw new Refusal('no-such-file', 'The file of this message was not uploaded. Send the file again.');
  }
  append(peer, packet, core);
}

function append(peer: Peer, packet: Post, core: Core): void {
  const { id, room, text, style, file } = packet;
  const content = {
    type: 'message' as const,
    text,
    ...(style === undefined ? {} : { style }),
    ...(file === undefined ? {} : { file }),
  };
  const { member, device } = peer.caller;
  const stored = core.store.log.append({ room, member, device, id, body: content });
  peer.track(
    stored.then(
      ({ seq, at }) => peer.reply({ kind: 'ack', id, room, seq, at }),
      (error) => peer.fail(packet, error),
    ),
  );
}
