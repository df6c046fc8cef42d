// A file on its second connection, both ways, as a client carries it: for tests of the server.
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { decodeServerPacket } from '../../src/protocol/codec.ts';
import { FrameReader } from '../../src/protocol/frame.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { FileNote, ServerPacket, ServerPackets, Sha256 } from '../../src/protocol/packet.ts';
import type { TestServer } from './test-server.ts';
import { type DetachedAtGo, general, WireClient } from './wire-client.ts';

export function noteOf(bytes: Buffer, name = 'plan.pdf'): FileNote {
  return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') as Sha256 };
}

export function offer(client: WireClient, note: FileNote): Promise<ServerPackets['ticket']> {
  return client.askFor('ticket', { kind: 'offer', room: general, ...note });
}

/** The second connection, up to where it turns into bytes. */
export async function open(server: TestServer, owner: WireClient, ticket: string): Promise<DetachedAtGo> {
  const client = await WireClient.dial(server, owner.device);
  client.hello({ role: 'transfer', ticket });
  const opened = client.detachAtGo();
  const refused = client.next('error').then((error) => {
    throw new Error(error.code);
  });
  return Promise.race([opened, refused]);
}

export async function bytesOf({ stream, rest }: DetachedAtGo): Promise<Buffer> {
  const chunks = [rest];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The frame that the server sends behind an upload. */
export async function answerOf(opened: DetachedAtGo): Promise<ServerPacket | undefined> {
  const bytes = await bytesOf(opened);
  let packet: ServerPacket | undefined;
  new FrameReader(limits.frameBytesDown).push(bytes, (payload) => {
    packet = decodeServerPacket(payload);
    return true;
  });
  return packet;
}

export async function upload(server: TestServer, client: WireClient, bytes: Buffer): Promise<FileNote> {
  const note = noteOf(bytes);
  const { ticket, offset } = await offer(client, note);
  const opened = await open(server, client, ticket);
  if (offset < bytes.length) opened.stream.write(bytes.subarray(offset));
  expect(await answerOf(opened)).toEqual({ kind: 'stored', sha256: note.sha256, size: note.size });
  return note;
}
