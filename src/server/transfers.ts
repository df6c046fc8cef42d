// Files on their way: what an offer or a fetch may have, and the second connection that carries the bytes. Handlers
// ask for tickets, sessions of the role `transfer` run them, the server stops them all at its end.
import type { Duplex } from 'node:stream';
import type { Connection } from '../net/connection.ts';
import { encode } from '../protocol/codec.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Limits } from '../protocol/limits.ts';
import type { ClientPacket, FileNote, MemberId, Seq, ServerPackets } from '../protocol/packet.ts';
import type { Blobs } from '../store/blobs.ts';
import { Courtesy } from './courtesy.ts';
import { onDisk, writerOnDisk } from './disk.ts';
import type { Say } from './log-line.ts';
import { ended, giveOut, takeIn, Watch } from './streams.ts';
import { type Ticket, Tickets } from './tickets.ts';

export type TransfersOptions = {
  readonly blobs: Blobs;
  readonly limits: Limits;
  readonly uploadBytes: number;
  /** The log's tail: files give way to talk. */
  readonly tail: () => number;
  readonly now: () => number;
  readonly say: Say;
};

type Holder = { readonly member: MemberId; readonly key: string };
type TicketPacket = Omit<ServerPackets['ticket'], 'kind' | 're'>;
type Running = { readonly ticket: Ticket; stream?: Duplex; watch?: Watch };

/** A connection that is cut without a word is found out late; its device, back again, need not wait for that. */
const stalledMs = 5_000;

export class Transfers {
  readonly #options: TransfersOptions;
  readonly #tickets: Tickets;
  readonly #courtesy: Courtesy;
  readonly #running = new Map<Running, Promise<void>>();
  #isStopped = false;

  constructor(options: TransfersOptions) {
    this.#options = options;
    this.#tickets = new Tickets(options.limits, options.now);
    this.#courtesy = new Courtesy(options.tail);
  }

  get count(): number {
    return this.#running.size;
  }

  /** Given and not used. */
  get tickets(): number {
    return this.#tickets.count;
  }

  /** The right to upload. Throws Refusal: `too-large`, `quota`, `too-many`, `disk-full`. */
  async offer(holder: Holder, file: FileNote): Promise<TicketPacket> {
    const { blobs, limits, uploadBytes, say } = this.#options;
    if (file.size > uploadBytes) {
      throw new Refusal(
        'too-large',
        `Files of up to ${uploadBytes} bytes are taken here; this one has ${file.size}.`,
      );
    }
    const offset = await onDisk('write', blobs.held(holder.member, file.sha256, file.size), say);
    const used = await onDisk('write', blobs.usage(holder.member), say);
    const promised =
      this.#tickets.promised(holder.member, file.sha256) + this.#arriving(holder.member, file.sha256);
    if (used + promised + file.size - offset > limits.quotaBytesPerMember) {
      const sentence = `You may keep ${limits.quotaBytesPerMember} bytes of files on this server, and have ${used}.`;
      throw new Refusal('quota', sentence);
    }
    this.#checkCount(holder.member, 'up');
    return this.#issue({ direction: 'up', ...holder, file, offset });
  }

  /** The right to download. Throws Refusal: `no-such-file`, `too-many`. */
  async fetch(holder: Holder, file: FileNote, seq: Seq, offset: number): Promise<TicketPacket> {
    const { blobs, say } = this.#options;
    const reader = await onDisk('read', blobs.open(file.sha256), say);
    await reader?.close();
    if (reader?.size !== file.size) throw noSuchFile();
    this.#checkCount(holder.member, 'down');
    return this.#issue({ direction: 'down', ...holder, file, seq, offset: Math.min(offset, file.size) });
  }

  /** Whether the member has uploaded the whole of it, so that a message may name it. */
  async isStored(member: MemberId, { sha256, size }: FileNote): Promise<boolean> {
    const { blobs, say } = this.#options;
    if (!(await onDisk('read', blobs.isHeld(member, sha256), say))) return false;
    const reader = await onDisk('read', blobs.open(sha256), say);
    await reader?.close();
    return reader?.size === size;
  }

  /** The key speaks for nobody any more: its tickets are void, and what it transfers is cut. */
  revoke(key: string): void {
    this.#tickets.revoke(key);
    for (const { ticket, stream } of this.#running.keys()) if (ticket.key === key) stream?.destroy();
  }

  /** Throws `ticket-wrong`. */
  redeem(text: string | undefined, key: string): Ticket {
    return this.#tickets.redeem(text, key);
  }

  /** Carries the bytes. Resolves when the connection is over, however it ended; rejects with a Refusal before `go`. */
  async run(ticket: Ticket, connection: Connection<ClientPacket>): Promise<void> {
    if (this.#isStopped) throw new Refusal('closing', 'The server is closing. Try again in a moment.');
    await this.#takeOver(ticket);
    this.#checkCount(ticket.member, ticket.direction);
    const running: Running = { ticket };
    const work = ticket.direction === 'up' ? this.#up(running, connection) : this.#down(running, connection);
    this.#running.set(running, work);
    try {
      await work;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Cuts all of them; unfinished uploads are kept. Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { stream } of this.#running.keys()) stream?.destroy();
    await Promise.allSettled(this.#running.values());
  }

  /** Ends what is left of this device's earlier dial for the same upload, so that the new one can go on with it. */
  async #takeOver({ direction, key, file }: Ticket): Promise<void> {
    if (direction === 'down') return;
    for (const [{ ticket, stream, watch }, work] of this.#running) {
      if (ticket.key !== key || ticket.file.sha256 !== file.sha256 || stream === undefined) continue;
      const isOver = stream.destroyed || stream.readableEnded || (watch?.stillMs ?? 0) >= stalledMs;
      if (!isOver) continue;
      stream.destroy();
      await Promise.allSettled([work]);
    }
  }

  #issue(ticket: Ticket): TicketPacket {
    const { file, offset, seq } = ticket;
    const text = this.#tickets.issue(ticket);
    return { ticket: text, ...file, offset, ...(seq === undefined ? {} : { seq }) };
  }

  #checkCount(member: MemberId, direction: Ticket['direction']): void {
    const { uploadsAtOnce, downloadsAtOnce } = this.#options.limits;
    const most = direction === 'up' ? uploadsAtOnce : downloadsAtOnce;
    const running = [...this.#running.keys()].filter(
      ({ ticket }) => ticket.member === member && ticket.direction === direction,
    );
    if (running.length < most) return;
    throw new Refusal('too-many', `At most ${most} transfers at once; wait until one of them is done.`);
  }

  /** Bytes that running uploads of the member may still bring; what they brought is in its usage too, which is safe. */
  #arriving(member: MemberId, sha256: string): number {
    const ups = [...this.#running.keys()].filter(
      ({ ticket }) => ticket.direction === 'up' && ticket.member === member && ticket.file.sha256 !== sha256,
    );
    return ups.reduce((sum, { ticket }) => sum + ticket.file.size - ticket.offset, 0);
  }

  async #up(running: Running, connection: Connection<ClientPacket>): Promise<void> {
    const { blobs, limits, say } = this.#options;
    const { member, file } = running.ticket;
    const { sha256, size } = file;
    const stored = encode({ kind: 'stored', sha256, size });
    if (await this.isStored(member, file)) {
      connection.send(encode({ kind: 'go', offset: size, size }));
      connection.close(stored);
      return;
    }
    const writer = writerOnDisk(await onDisk('write', blobs.receive(member, sha256, size), say), say);
    const { offset } = writer;
    const { stream, rest } = this.#detach(running, connection, offset);
    const watch = new Watch(stream, limits.transferSilenceMs);
    running.watch = watch;
    try {
      await takeIn({ stream, watch, courtesy: this.#courtesy }, rest, writer, size - offset);
      // From here on it is our disk that is slow, not the peer.
      watch.stop();
      await writer.finish();
      say('info', 'upload-stored', { member, size, sha256 });
      await this.#endedIn(stream, stored);
    } catch (error) {
      await writer.leave();
      say('info', 'upload-ended', { member, size, why: String(error) });
      await this.#endedIn(stream, lastWord(error));
    } finally {
      watch.stop();
    }
  }

  async #down(running: Running, connection: Connection<ClientPacket>): Promise<void> {
    const { blobs, limits, say } = this.#options;
    const { member, file, offset } = running.ticket;
    const reader = await onDisk('read', blobs.open(file.sha256), say);
    if (reader === undefined) throw noSuchFile();
    const { stream } = this.#detach(running, connection, offset);
    const watch = new Watch(stream, limits.transferSilenceMs);
    // The peer says nothing more; its end is noticed only if the stream is read.
    stream.resume();
    try {
      await giveOut({ stream, watch, courtesy: this.#courtesy }, reader, offset);
      await this.#endedIn(stream, Buffer.alloc(0));
    } catch (error) {
      say('info', 'download-ended', { member, size: file.size, why: String(error) });
      stream.destroy();
    } finally {
      watch.stop();
      await reader.close();
    }
  }

  #detach(running: Running, connection: Connection<ClientPacket>, offset: number) {
    connection.send(encode({ kind: 'go', offset, size: running.ticket.file.size }));
    const detached = connection.detach();
    running.stream = detached.stream;
    // Whatever breaks shows as the end of the stream; an error event nobody hears would end the process.
    detached.stream.on('error', () => undefined);
    if (this.#isStopped) detached.stream.destroy();
    return detached;
  }

  async #endedIn(stream: Duplex, last: Buffer): Promise<void> {
    const watch = new Watch(stream, this.#options.limits.transferSilenceMs);
    await ended(stream, last);
    watch.stop();
  }
}

export function noSuchFile(): Refusal {
  return new Refusal('no-such-file', 'There is no such file here, or not any more.');
}

function lastWord(error: unknown): Buffer {
  if (!(error instanceof Refusal)) return Buffer.alloc(0);
  return encode({ kind: 'error', code: error.code, message: error.message });
}
