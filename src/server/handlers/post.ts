// post: appends a message. The ack is sent when the log has it on disk, ahead of the fan-out, which comes from the
// log's tail and not from here. `from`, `seq` and `at` are the server's; of the packet only id, room and content count.
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ClientPackets, FileNote } from '../../protocol/packet.ts';
import { textFits } from '../../protocol/text-limit.ts';
import { showsNothing } from '../../text/safe-text.ts';
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
  if (showsNothing(text)) throw new Refusal('text-empty', 'A message needs text or a file.');
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
  const body: { type: 'message'; text: string; style?: 'action'; file?: FileNote } = {
    type: 'message',
    text,
  };
  if (style !== undefined) body.style = style;
  if (file !== undefined) body.file = file;
  const { member, device } = peer.caller;
  core.store.log.submit({ room, member, device, id, body }, (answer) => {
    if (answer instanceof Refusal) peer.fail(packet, answer);
    else peer.acknowledge({ id, room, seq: answer.seq, at: answer.at });
    peer.done();
  });
  peer.begin();
}
