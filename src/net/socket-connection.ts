// The one Connection there is, over TCP or TLS. listen and dial make it; who reads it later is the server's session
// or the client's. The inlet reads, the outlet writes; here is how a connection begins, is watched, and ends.
import type { Socket } from 'node:net';
import type { Refusal } from '../protocol/errors.ts';
import type { Limits } from '../protocol/limits.ts';
import { plainAddress } from './address.ts';
import type { Connection, Ended } from './connection.ts';
import { Inlet } from './inlet.ts';
import { Outlet } from './outlet.ts';
import type { Rounds, Watched } from './rounds.ts';
import type { QueueBudget, QueueOwner } from './send-queue.ts';

/** A frame to say why, before a connection is cut for this reason. Best effort: who is cut may never read it. */
export type LastWord = (why: 'slow' | 'silent' | 'malformed') => Buffer | undefined;

export interface SocketConnectionOptions<In> {
  /** Connected, and past its TLS handshake. */
  readonly stream: Socket;
  /** Throws `Refusal` for what is no packet, nothing else. */
  readonly decode: (payload: Buffer) => In;
  readonly material: Buffer;
  /** Largest frame that may come in until `greeted`. */
  readonly bytesMax: number;
  readonly limits: Limits;
  readonly rounds: Rounds;
  readonly queues?: QueueBudget | undefined;
  readonly lastWord?: LastWord | undefined;
  /** The owner's session called `greeted`. */
  readonly onGreeted?: () => void;
}

const nothing = Buffer.alloc(0);
const closed: Ended = { why: 'closed' };

export class SocketConnection<In> implements Connection<In>, QueueOwner, Watched {
  readonly address: string;
  #material: Buffer;
  readonly #options: SocketConnectionOptions<In>;
  readonly #stream: Socket;
  readonly #inlet: Inlet<In>;
  readonly #outlet: Outlet;
  #onEnded: ((end: Ended) => void) | undefined;
  /** open; closing: writes what is left and reads nothing more; over: the stream is gone or given away. */
  #phase: 'open' | 'closing' | 'over' = 'open';
  #end: Ended | undefined;
  /** What broke it; told when everything that came is given. */
  #failure: Ended | undefined;
  /** A time of the rounds' clock. */
  #closeBy = Number.POSITIVE_INFINITY;

  constructor(options: SocketConnectionOptions<In>) {
    const { stream, rounds, material, queues } = options;
    this.#options = options;
    this.#stream = stream;
    this.#material = material;
    this.address = plainAddress(stream.remoteAddress);
    stream.setNoDelay(true);
    this.#inlet = new Inlet({
      ...options,
      broken: (cause) => this.#cut({ why: 'malformed', cause }, 'malformed'),
      emptied: () => this.#finish(this.#failure ?? closed),
    });
    this.#outlet = new Outlet({
      ...options,
      // Who closes has left the budget already.
      changed: (bytes) => this.#phase === 'open' && queues?.change(bytes),
    });
    stream.on('error', this.#onError);
    stream.on('close', this.#onClose);
    rounds.enter(this);
    queues?.enter(this);
  }

  get material(): Buffer {
    return this.#material;
  }

  get queuedBytes(): number {
    return this.#outlet.bytes;
  }

  receive(
    take: (packet: In) => void,
    ended: (end: Ended) => void,
    refused?: (refusal: Refusal) => void,
  ): void {
    this.#onEnded = ended;
    this.#tell();
    this.#inlet.giveTo({ take, refused });
  }

  pause(): void {
    this.#inlet.pause();
  }

  resume(): void {
    this.#inlet.resume();
  }

  greeted(bytesMax: number): void {
    this.#inlet.allow(bytesMax);
    this.#options.onGreeted?.();
  }

  /** For the dialer, which takes the server's challenge itself: the next `receive` is the owner's. */
  agree(material: Buffer): void {
    this.#material = material;
    this.#onEnded = undefined;
    this.#inlet.giveTo(undefined);
  }

  send(frames: Buffer): void {
    // Nothing is lost that was promised: whoever sends to a connection that is over hears or heard of its end.
    if (this.#phase !== 'open' || frames.length === 0) return;
    this.#outlet.send(frames);
    if (this.#outlet.isOverfull) this.cutSlow();
  }

  close(last: Buffer = nothing): void {
    if (this.#phase === 'over') this.destroy();
    if (this.#phase !== 'open') return;
    if (last.length > 0) this.#outlet.send(last);
    this.#startClosing();
    this.#outlet.end();
  }

  destroy(): void {
    this.#inlet.end();
    // Its peer is gone already: who ends it now does not want what came before.
    if (this.#phase === 'over') this.#finish(this.#failure ?? closed);
    if (this.#phase === 'open') this.#startClosing();
    if (this.#phase === 'closing') this.#stream.destroy();
  }

  detach(): { readonly stream: Socket; readonly rest: Buffer } {
    const stream = this.#stream;
    this.#options.queues?.leave(this);
    const rest = this.#inlet.release();
    this.#outlet.release();
    stream.off('error', this.#onError).off('close', this.#onClose);
    this.#end = closed;
    this.#onEnded = undefined;
    this.#leave();
    return { stream, rest };
  }

  cutSlow(): void {
    this.#cut({ why: 'slow' }, 'slow');
  }

  /** The listener's way to end one that does not log in, or that makes room for another. */
  expire(): void {
    this.#cut({ why: 'silent' }, 'silent');
  }

  check(now: number): void {
    if (this.#phase === 'closing') {
      if (now >= this.#closeBy) this.#stream.destroy();
      return;
    }
    if (this.#outlet.isSlow(now)) this.cutSlow();
    else if (this.#inlet.isSilent(now)) this.expire();
  }

  #cut(end: Ended, why: 'slow' | 'silent' | 'malformed'): void {
    if (this.#phase !== 'open') return;
    this.#finish(end);
    const word = this.#options.lastWord?.(why);
    this.#startClosing();
    this.#outlet.endShort(word);
  }

  #startClosing(): void {
    const { limits, queues, rounds } = this.#options;
    queues?.leave(this);
    this.#phase = 'closing';
    this.#closeBy = rounds.now + limits.sendQueueStallMs;
    this.#inlet.drop();
  }

  /** What came before is given still, and the end told behind it: a `bye` may be in it. */
  readonly #onError = (cause: Error): void => {
    // A peer that has ended its side is gone by its own will, however our next write to it fails.
    if (this.#phase === 'open' && !this.#stream.readableEnded) this.#failure = { why: 'failed', cause };
  };

  readonly #onClose = (): void => {
    this.#leave();
    this.#inlet.gone();
  };

  #leave(): void {
    const { queues, rounds } = this.#options;
    queues?.leave(this);
    this.#phase = 'over';
    this.#outlet.gone();
    rounds.leave(this);
  }

  #finish(end: Ended): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#tell();
  }

  #tell(): void {
    if (this.#end === undefined || this.#onEnded === undefined) return;
    process.nextTick(this.#onEnded, this.#end);
    this.#onEnded = undefined;
  }
}
