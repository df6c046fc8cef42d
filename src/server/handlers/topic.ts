// topic: what the room is about, said by any of its members; an empty one takes it away.
import { Refusal } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ClientPackets } from '../../protocol/packet.ts';
import type { Core, Peer } from '../core.ts';
import { say } from '../said.ts';

export function topic(peer: Peer, packet: ClientPackets['topic'], core: Core): void {
  const { text } = packet;
  if (text.length > limits.topicChars) {
    const sentence = `A topic has at most ${limits.topicChars} characters; this one has ${text.length}.`;
    throw new Refusal('text-too-large', sentence);
  }
  say(peer, packet, { type: 'topic', text }, core);
}
