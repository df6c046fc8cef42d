// Sockets without an operating system. What was written lies between the two ends until the scheduler delivers it,
// whole or in pieces; it may hold a direction up, cut a connection with what is in flight, or make it dark, so that
// neither end hears of it. Only as much of a socket as src/net uses.
import { EventEmitter } from 'node:events';
import type { Clock, Program } from './clock.ts';

/** One read gives this much at the most, as Node's do. */
const readBytesMax = 64 * 1024;

/** What happens next at one end of a connection. */
export type Due = 'connect' | 'accept' | 'written' | 'data' | 'end' | 'reset';

type Written = (error?: Error | null) => void;

export class SimSocket extends EventEmitter {
  readonly name: string;
  readonly program: Program;
  readonly #network: Network;
  readonly #window: number;
  peer: SimSocket | undefined;
  remoteAddress = '';
  bytesRead = 0;
  destroyed = false;
  readableEnded = false;
  /** The scheduler holds up what comes to it. */
  isStalled = false;
  /** What is still to happen to it before it is connected. */
  #begin: { readonly due: 'connect' | 'accept'; readonly run: () => void } | undefined;
  #coming: Buffer[] = [];
  #comingBytes = 0;
  #isEndComing = false;
  #isResetComing = false;
  #isPaused = true;
  #isDark = false;
  #isEnding = false;
  #hasEnded = false;
  #blocked: Written | undefined;

  constructor(network: Network, program: Program, name: string, window: number) {
    super();
    this.#network = network;
    this.program = program;
    this.name = name;
    this.#window = window;
  }

  // For the scheduler.

  get due(): Due | undefined {
    if (this.destroyed || this.isStalled || !this.program.isAlive) return undefined;
    if (this.#begin !== undefined) return this.#begin.due;
    if (this.#blocked !== undefined && this.#isTaken()) return 'written';
    if (this.#isResetComing && this.#blocked !== undefined) return 'reset';
    if (this.#isPaused) return undefined;
    if (this.#comingBytes > 0) return 'data';
    if (this.#isResetComing) return 'reset';
    return this.#isEndComing && !this.readableEnded ? 'end' : undefined;
  }

  /** Bytes on their way to this end. */
  get comingBytes(): number {
    return this.#comingBytes;
  }

  beginWith(due: 'connect' | 'accept', run: () => void): void {
    this.#begin = { due, run };
  }

  /** Makes happen what is due; of data `bytes` at the most. Gives what was read. */
  happen(bytes: number): Buffer | undefined {
    const { due } = this;
    this.#network.clock.running = this.program;
    if (due === 'data') return this.#read(bytes);
    if (due === 'connect' || due === 'accept') {
      const run = this.#begin?.run;
      this.#begin = undefined;
      run?.();
    }
    if (due === 'written') this.#taken();
    if (due === 'end') this.#ended();
    if (due === 'reset') this.#fail('ECONNRESET');
    return undefined;
  }

  /** Both ends hear of it in their time; of what is in flight only a part still comes. */
  cut(random: () => number): void {
    for (const end of [this, this.peer]) {
      end?.lose(random);
    }
  }

  /** Nothing comes through any more, and nobody is told. */
  darken(): void {
    for (const end of [this, this.peer]) {
      if (end === undefined) continue;
      end.#isDark = true;
      end.#coming = [];
      end.#comingBytes = 0;
      end.#isEndComing = false;
      end.#isResetComing = false;
    }
  }

  /** Its program is gone, or closed it at once. */
  vanish(): void {
    this.destroyed = true;
    this.#network.forget(this);
    if (this.peer === undefined || this.peer.#isDark) return;
    if (this.#network.random() < 0.5) this.peer.lose(this.#network.random);
    else this.peer.#isEndComing = true;
  }

  lose(random: () => number): void {
    const kept = Math.floor(random() * (this.#comingBytes + 1));
    this.#coming = kept === 0 ? [] : [Buffer.concat(this.#coming).subarray(0, kept)];
    this.#comingBytes = kept;
    this.#isResetComing = true;
  }

  fail(code: string): void {
    this.#fail(code);
  }

  // For src/net.

  setNoDelay(): this {
    return this;
  }

  pause(): this {
    this.#isPaused = true;
    return this;
  }

  resume(): this {
    this.#isPaused = false;
    return this;
  }

  write(piece: Buffer, written: Written = () => undefined): boolean {
    const { peer } = this;
    if (this.destroyed || this.#isEnding) {
      process.nextTick(written, new Error('The socket is closed.'));
      // Node's answer to who writes behind the end of both sides.
      if (!this.destroyed) process.nextTick(() => this.#fail('EPIPE'));
      return false;
    }
    if (this.#isDark) this.#blocked = written;
    else if (peer === undefined || peer.destroyed) {
      this.#isResetComing = true;
      process.nextTick(written);
    } else if (peer.#take(piece) <= this.#window) process.nextTick(written);
    else this.#blocked = written;
    return this.#blocked === undefined;
  }

  end(): this {
    if (this.#isEnding || this.destroyed) return this;
    this.#isEnding = true;
    if (this.#blocked === undefined) this.#finish();
    return this;
  }

  destroy(): this {
    if (this.destroyed) return this;
    this.#close();
    return this;
  }

  #take(piece: Buffer): number {
    // Behind what was lost nothing comes: a stream has no holes.
    if (this.#isResetComing) return 0;
    this.#coming.push(piece);
    this.#comingBytes += piece.length;
    return this.#comingBytes;
  }

  #isTaken(): boolean {
    if (this.#isDark) return false;
    return this.peer === undefined || this.peer.destroyed || this.peer.#comingBytes <= this.#window;
  }

  #read(bytes: number): Buffer {
    const first = this.#coming[0] as Buffer;
    const most = Math.min(bytes, readBytesMax, this.#comingBytes);
    const all = first.length >= most ? first : Buffer.concat(this.#coming);
    if (all !== first) this.#coming = [all];
    const chunk = all.subarray(0, most);
    if (most === all.length) this.#coming.shift();
    else this.#coming[0] = all.subarray(most);
    this.#comingBytes -= most;
    this.bytesRead += most;
    this.emit('data', chunk);
    return chunk;
  }

  #taken(): void {
    const written = this.#blocked;
    this.#blocked = undefined;
    written?.();
    if (this.#isEnding && this.#blocked === undefined) this.#finish();
  }

  #finish(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.peer !== undefined && !this.#isDark) this.peer.#isEndComing = true;
    if (this.readableEnded) this.#close();
  }

  #ended(): void {
    this.readableEnded = true;
    this.emit('end');
    // allowHalfOpen is off.
    if (this.#hasEnded) this.#close();
    else this.end();
  }

  #fail(code: string): void {
    if (this.destroyed) return;
    this.emit('error', Object.assign(new Error(`read ${code}`), { code }));
    this.#close();
  }

  #close(): void {
    if (this.destroyed) return;
    if (this.#blocked !== undefined) process.nextTick(this.#blocked, new Error('The socket is closed.'));
    this.#blocked = undefined;
    this.vanish();
    process.nextTick(() => this.emit('close'));
  }
}

/** What `createServer` gives. */
class SimServer extends EventEmitter {
  readonly program: Program;
  readonly accept: (socket: SimSocket) => void;
  readonly #network: Network;
  #port = 0;

  constructor(network: Network, accept: (socket: SimSocket) => void) {
    super();
    this.#network = network;
    this.program = network.clock.running;
    this.accept = accept;
  }

  listen({ port }: { readonly port: number }, listening: () => void): this {
    this.#port = port;
    this.#network.listeners.set(port, this);
    process.nextTick(listening);
    return this;
  }

  address(): { readonly port: number } {
    return { port: this.#port };
  }

  close(): this {
    if (this.#network.listeners.get(this.#port) === this) this.#network.listeners.delete(this.#port);
    return this;
  }
}

export class Network {
  readonly clock: Clock;
  readonly random: () => number;
  readonly listeners = new Map<number, SimServer>();
  /** Ends that live, of all programs. */
  readonly sockets: SimSocket[] = [];
  /** Bytes that one direction holds before a write is not taken any more. */
  readonly #windows = [2 * 1024, 16 * 1024, 64 * 1024, 256 * 1024];
  #count = 0;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  createServer(accept: (socket: SimSocket) => void): SimServer {
    return new SimServer(this, accept);
  }

  connect(port: number): SimSocket {
    const program = this.clock.running;
    this.#count += 1;
    const name = `${program.name}:${this.#count}`;
    const window = this.#windows[Math.floor(this.random() * this.#windows.length)] ?? 0;
    const socket = new SimSocket(this, program, name, window);
    socket.beginWith('connect', () => {
      const listener = this.listeners.get(port);
      if (listener === undefined || !listener.program.isAlive) socket.fail('ECONNREFUSED');
      else this.#join(socket, listener, window);
    });
    this.sockets.push(socket);
    return socket;
  }

  forget(socket: SimSocket): void {
    const place = this.sockets.indexOf(socket);
    if (place >= 0) this.sockets.splice(place, 1);
  }

  /** The operating system closes what a program leaves. */
  end(program: Program): void {
    for (const socket of [...this.sockets]) if (socket.program === program) socket.vanish();
    for (const [port, listener] of this.listeners) {
      if (listener.program === program) this.listeners.delete(port);
    }
  }

  #join(socket: SimSocket, listener: SimServer, window: number): void {
    const accepted = new SimSocket(this, listener.program, `server:${socket.name}`, window);
    accepted.remoteAddress = socket.program.address;
    accepted.peer = socket;
    socket.peer = accepted;
    accepted.beginWith('accept', () => {
      const isListening = [...this.listeners.values()].includes(listener);
      if (isListening) listener.accept(accepted);
      else accepted.destroy();
    });
    this.sockets.push(accepted);
    socket.emit('connect');
  }
}
