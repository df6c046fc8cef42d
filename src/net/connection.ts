// A socket that speaks packets: frames and decodes what comes, queues and bounds what goes, writes once a turn.
// The server's sessions and the client's session both stand on it. It knows nothing of what packets mean.
import type { Duplex } from 'node:stream';
import type { Refusal } from '../protocol/errors.ts';

export type Ended =
  | { readonly why: 'closed' } // by the peer, or by our own close()
  | { readonly why: 'malformed'; readonly cause: Error }
  | { readonly why: 'slow' } // its send queue was full or did not move
  | { readonly why: 'silent' } // no byte for `silenceMs`, or a frame's body not whole in `frameBodyMs`
  | { readonly why: 'failed'; readonly cause: Error };

export interface Connection<In> {
  /** Peer address without port, for limits and the log. */
  readonly address: string;
  /** 32 bytes that only the two ends of this connection know: TLS exporter, or the nonce on plain TCP. */
  readonly material: Buffer;
  /** Bytes queued and not yet taken by the kernel. */
  readonly queuedBytes: number;
  /**
   * Sets the one receiver. It gets each packet in order and may pause() at any time: the rest waits undecoded.
   * At most `packetsPerTurn` are given in one turn of the event loop. Nothing is read before it is set.
   * `ended` is called exactly once, never from within a call of the owner's.
   * `refused` hears of a frame that is whole but no packet (`malformed`, `unknown-kind`), in its place in the order;
   * reading goes on, so the owner counts (`limits.malformedMax`). Without it, and for broken framing always,
   * the connection ends as `malformed` at once.
   */
  receive(
    take: (packet: In) => void,
    ended: (end: Ended) => void,
    refused?: (refusal: Refusal) => void,
  ): void;
  /** Queues bytes (one or several whole frames) and writes everything queued in this turn at once, at its end. */
  send(frames: Buffer): void;
  /** Stops and goes on reading from the socket. */
  pause(): void;
  resume(): void;
  /** After login: from now on frames up to `bytesMax` come in, and the listener no longer counts it as half-open. */
  greeted(bytesMax: number): void;
  /** Sends what is queued and `last`, then ends; destroyed after `limits.sendQueueStallMs` if the peer does not take it. */
  close(last?: Buffer): void;
  destroy(): void;
  /**
   * Gives the raw stream away with the bytes that came behind the last frame; what was sent before goes out first.
   * Call it in `take`, or later if that `take` paused: else the peer's raw bytes were already read as frames.
   * The stream is paused (pipe or iterate it, or call its resume()); its errors are now the owner's.
   * The connection is then done and `ended` is not called any more.
   */
  detach(): { readonly stream: Duplex; readonly rest: Buffer };
}
