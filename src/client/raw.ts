// The raw stream of a transfer connection, after `go`: its end, its silence and the server's last word as promises.
import type { Duplex } from 'node:stream';
import { decodeServerPacket } from '../protocol/codec.ts';
import { Refusal } from '../protocol/errors.ts';
import { FrameReader } from '../protocol/frame.ts';
import { limits } from '../protocol/limits.ts';
import type { ServerPacket } from '../protocol/packet.ts';
import type { TransferLine } from './connector.ts';
import { ConnectionLost, errorOf } from './errors.ts';

export type RawLine = {
  readonly stream: Duplex;
  readonly rest: Buffer;
  /** A byte moved: the line is alive. */
  readonly moved: () => void;
  readonly end: () => void;
};

/** Takes the stream over. It is destroyed by silence, by `signal`, or by `end`. */
export function takeOver(line: TransferLine, signal: AbortSignal): RawLine {
  const { stream, rest } = line.connection.detach();
  const destroy = () => stream.destroy();
  // What broke shows as the stream's end; an error that nobody hears would end the process.
  stream.on('error', () => undefined);
  const watch = setTimeout(destroy, limits.transferSilenceMs);
  signal.addEventListener('abort', destroy, { once: true });
  if (signal.aborted) destroy();
  const end = () => {
    clearTimeout(watch);
    signal.removeEventListener('abort', destroy);
    destroy();
  };
  return { stream, rest, moved: () => watch.refresh(), end };
}

/** Resolves when the bytes are with the system; the stream's own queue then stays empty. */
export function written(stream: Duplex, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(brokeOff());
    if (stream.destroyed) return closed();
    stream.once('close', closed);
    stream.write(chunk, (error) => {
      stream.off('close', closed);
      if (error) reject(brokeOff());
      else resolve();
    });
  });
}

export function brokeOff(): ConnectionLost {
  return new ConnectionLost('The connection of the transfer broke.');
}

/** The server's word at the end of an upload. Rejects with its `Refusal`, or `ConnectionLost` when there is none. */
export function lastWord({ stream, rest, moved }: RawLine): Promise<void> {
  const reader = new FrameReader(limits.frameBytesBeforeLogin);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const take = (packet: ServerPacket) => {
    if (packet.kind === 'stored') resolve();
    if (packet.kind === 'error') reject(new Refusal(packet.code, packet.message));
  };
  const push = (chunk: Buffer) => {
    moved();
    try {
      reader.push(chunk, (payload) => {
        take(decodeServerPacket(payload));
        return true;
      });
    } catch (thrown) {
      reject(errorOf(thrown));
    }
  };
  stream.once('close', () => reject(brokeOff()));
  push(rest);
  stream.on('data', push);
  // It was paused by hand at its end as a connection: a listener alone does not start it again.
  stream.resume();
  if (stream.destroyed) reject(brokeOff());
  return promise;
}
