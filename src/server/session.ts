// One connection's life: hello, then packets through the guards to their handlers, until either side ends it.
// The server makes one per accepted connection. All guards stand here, before any handler: logged in, within the
// rate, allowed by the access table.
//
// Order: packets of one session run one after another. A handler that gives a promise is waited for and nothing is
// read meanwhile; a post only starts its append, so that posts of one session share a commit, in the order given.
import type { Connection, Ended } from '../net/connection.ts';
import { encode, frames } from '../protocol/codec.ts';
import { Refusal } from '../protocol/errors.ts';
import type {
  ClientPacket,
  ClientPackets,
  MemberId,
  ServerPacket,
  ServerPackets,
} from '../protocol/packet.ts';
import { ackJson } from '../protocol/quick-frames.ts';
import { toMemberId } from '../store/ids.ts';
import type { Operation } from './access.ts';
import { budgetOf, isActing, isAnswered } from './admission.ts';
import type { Caller } from './caller.ts';
import type { Core, Peer } from './core.ts';
import { run } from './handlers/index.ts';
import { admit, checkProof } from './login.ts';
import { type Budget, whoseBudget } from './rates.ts';
import { demand } from './room-access.ts';
import type { SyncState } from './sync.ts';
import { welcome } from './welcome.ts';

type ByeReason = ServerPackets['bye']['reason'];

/** Looked at again after this long, when it is not the clock that a session waits for but a queue. */
const queueCheckMs = 20;
const sentenceChars = 400;
/** What a refused read counts: finding the nearest name is work too. */
const refusedBytes = 128 * 1024;
const nobody = toMemberId(0);

export class Session implements Peer {
  readonly #connection: Connection<ClientPacket>;
  readonly #core: Core;
  readonly #onEnded: (session: Session) => void;
  #phase: 'new' | 'in' | 'ending' | 'over' = 'new';
  #caller: Caller | undefined;
  #budget: Budget | undefined;
  /** Reasons not to read: a handler, a rate, the server's end. */
  #holds = 0;
  #timer: NodeJS.Timeout | undefined;
  #malformed = 0;
  #isInRoster = false;
  /** Acks of the commit that is being answered, as JSON. */
  #acks: string[] = [];
  /** Pieces of work under way, and who waits for the last of them. */
  #underWay = 0;
  #onIdle: (() => void) | undefined;
  #settled: Promise<void> | undefined;
  sync: SyncState | undefined;
  knowsInvitations = false;

  constructor(connection: Connection<ClientPacket>, core: Core, onEnded: (session: Session) => void) {
    this.#connection = connection;
    this.#core = core;
    this.#onEnded = onEnded;
    connection.receive(
      (packet) => this.#take(packet),
      (end) => this.#ended(end),
      (refusal) => this.#refused(refusal),
    );
  }

  get caller(): Caller {
    if (this.#caller === undefined) throw new Error('A handler ran before the login.');
    return this.#caller;
  }

  get member(): MemberId {
    return this.#caller?.member ?? nobody;
  }

  get hearsSignals(): boolean {
    return this.#caller?.role === 'chat';
  }

  get isCrowded(): boolean {
    return this.#connection.queuedBytes > this.#core.limits.sendQueueBytes / 4;
  }

  send(frames: Buffer): void {
    this.#sendAcks();
    this.#connection.send(frames);
  }

  reply(packet: ServerPacket): void {
    this.send(encode(packet));
  }

  acknowledge(ack: Omit<ServerPackets['ack'], 'kind'>): void {
    if (this.#acks.length === 0) process.nextTick(this.#sendAcks);
    this.#acks.push(ackJson(ack));
  }

  replyRead(packet: ServerPacket): void {
    const frame = encode(packet);
    this.#budget?.reads.take(frame.length, this.#core.now());
    this.send(frame);
  }

  fail(packet: ClientPacket, error: unknown): void {
    if (!(error instanceof Refusal)) {
      this.#core.say('error', 'handler-failed', { kind: packet.kind, why: reasonOf(error) });
      this.end('error');
      return;
    }
    const { logTrouble } = this.#core;
    // Of an offer's disk, which is the blobs', the transfers have told.
    if (budgetOf(packet.kind) === 'reads') logTrouble.unreadable(error);
    else logTrouble.refused(error);
    if (!isAnswered(packet.kind)) return;
    if (budgetOf(packet.kind) === 'reads') this.#budget?.reads.take(refusedBytes, this.#core.now());
    const message = error.message.slice(0, sentenceChars);
    this.reply({ kind: 'error', code: error.code, message, ...addressee(packet) });
  }

  begin(): void {
    this.#underWay += 1;
  }

  done(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#onIdle?.();
  }

  quit(reason: 'quit' | 'done'): void {
    if (reason === 'quit') this.#leaveRoster('quit');
    this.#settle().then(() => this.#close());
  }

  /** A frame from the shared timer, so that a dead peer shows. */
  ping(frame: Buffer): void {
    if (this.#phase === 'in') this.send(frame);
  }

  /** Reads no more, waits for what is under way, says why and closes. */
  end(reason: ByeReason): void {
    this.#settle().then(() => this.#close(encode({ kind: 'bye', reason })));
  }

  destroy(): void {
    this.#connection.destroy();
  }

  readonly #sendAcks = (): void => {
    if (this.#acks.length === 0) return;
    this.#connection.send(frames(this.#acks));
    this.#acks = [];
  };

  // Packets.

  #take(packet: ClientPacket): void {
    if (this.#phase === 'in') this.#admit(packet);
    else if (this.#phase === 'new') this.#greet(packet);
    // Else: it ends, and what is not answered is sent again on the next connection.
  }

  #refused(refusal: Refusal): void {
    if (this.#phase === 'ending') return;
    const { code, message } = refusal;
    this.reply({ kind: 'error', code, message: message.slice(0, sentenceChars) });
    if (code === 'malformed') this.#malformed += 1;
    if (this.#phase === 'in' && this.#malformed < this.#core.limits.malformedMax) return;
    this.#core.say('info', 'malformed', { address: this.#connection.address, why: message });
    this.end('malformed');
  }

  /** Within the rate and the queues, now or after waiting; the socket is not read meanwhile. */
  #admit(packet: ClientPacket): void {
    const waitMs = this.#waitMs(packet);
    if (waitMs > 0 && !isAnswered(packet.kind)) return;
    if (waitMs === 0) {
      this.#run(packet);
      return;
    }
    this.#hold();
    this.#timer = setTimeout(() => {
      if (this.#phase === 'in') this.#admit(packet);
      this.#release();
    }, waitMs);
  }

  #waitMs({ kind }: ClientPacket): number {
    const { limits, now, store } = this.#core;
    const budget = this.#budget;
    if (budget === undefined) return 0;
    const name = budgetOf(kind);
    if (name === undefined) return 0;
    if (name !== 'reads') {
      if (store.log.waiting >= limits.appendsWaiting) return queueCheckMs;
      const at = now();
      const waitMs = budget[name].waitMs(1, at);
      if (waitMs === 0) budget[name].take(1, at);
      return waitMs;
    }
    if (this.#connection.queuedBytes > limits.sendQueueBytes / 2) return queueCheckMs;
    return budget.reads.waitMs(1, now());
  }

  #run(packet: ClientPacket): void {
    try {
      this.#guard(packet);
      const work = run(packet.kind, this, packet, this.#core);
      if (work !== undefined) this.#await(work, packet);
    } catch (error) {
      this.fail(packet, error);
    }
  }

  #guard(packet: ClientPacket): void {
    if (packet.kind === 'hello') throw new Refusal('malformed', 'This connection has said hello already.');
    const operation: Operation = packet.kind;
    demand(operation, this.caller, 'room' in packet ? packet.room : undefined, this.#core.store.people);
    if (isActing(packet.kind)) this.#core.presence.acted(this.member);
  }

  #await(work: Promise<void>, packet: ClientPacket): void {
    this.#waitFor(work.catch((error) => this.fail(packet, error)));
  }

  /** Nothing more is read until it is settled, which it is without an error. */
  #waitFor(work: Promise<void>): void {
    this.#hold();
    this.begin();
    work.then(() => {
      this.#release();
      this.done();
    });
  }

  #hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#connection.pause();
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#connection.resume();
  }

  // Login.

  #greet(packet: ClientPacket): void {
    if (packet.kind !== 'hello') {
      this.fail(packet, new Refusal('malformed', 'The first packet must be hello.'));
      this.end('malformed');
      return;
    }
    this.#waitFor(this.#login(packet).catch((error) => this.#turnAway(packet, error)));
  }

  async #login(hello: ClientPackets['hello']): Promise<void> {
    const { address, material } = this.#connection;
    checkProof(hello, material, this.#core, address);
    if (hello.role === 'transfer') return this.#transfer(hello);
    const caller = await admit(hello, this.#core, address);
    if (this.#phase !== 'new') return;
    this.#phase = 'in';
    this.#caller = caller;
    this.#budget = this.#core.rates.of(whoseBudget(caller));
    if (isMember(caller)) this.#core.sessions.enter(this);
    this.#connection.greeted(this.#core.limits.frameBytesUp);
    const { role, member } = caller;
    this.#core.say('info', 'login', { role, member, address, agent: hello.agent });
    this.reply(welcome(caller, this.#core));
    if (role !== 'chat') return;
    this.#isInRoster = true;
    this.#core.presence.enter(member);
  }

  async #transfer(hello: ClientPackets['hello']): Promise<void> {
    const ticket = this.#core.transfers.redeem(hello.ticket, hello.key);
    this.#connection.greeted(this.#core.limits.frameBytesUp);
    await this.#core.transfers.run(ticket, this.#connection);
    // A connection that was given away tells no end of its own.
    this.#ended({ why: 'closed' });
  }

  #turnAway(hello: ClientPackets['hello'], error: unknown): void {
    const why = error instanceof Refusal ? error.code : reasonOf(error);
    this.#core.say('info', 'login-refused', { why, role: hello.role, address: this.#connection.address });
    this.fail(hello, error);
    this.#settleAndClose();
  }

  #settleAndClose(): void {
    this.#phase = this.#phase === 'over' ? 'over' : 'ending';
    this.#close();
  }

  // End.

  #close(last?: Buffer): void {
    this.#sendAcks();
    this.#connection.close(last);
  }

  /** Reads no more, and resolves when nothing is under way. Whoever ends it second waits for the same. */
  #settle(): Promise<void> {
    this.#settled ??= this.#startEnding();
    return this.#settled;
  }

  async #startEnding(): Promise<void> {
    if (this.#phase === 'over' || this.#phase === 'ending') return;
    this.#phase = 'ending';
    clearTimeout(this.#timer);
    this.#hold();
    if (this.#underWay === 0) return;
    const idle = Promise.withResolvers<void>();
    this.#onIdle = idle.resolve;
    await idle.promise;
  }

  #ended(end: Ended): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#core.hub.leave(this);
    const caller = this.#caller;
    if (caller !== undefined) {
      if (isMember(caller)) this.#core.sessions.leave(this);
      this.#leaveRoster('lost');
      const cause = 'cause' in end ? { cause: end.cause.message } : {};
      this.#core.say('info', 'session-ended', {
        role: caller.role,
        member: caller.member,
        why: end.why,
        ...cause,
      });
    }
    this.#onEnded(this);
  }

  #leaveRoster(why: 'quit' | 'lost'): void {
    if (!this.#isInRoster) return;
    this.#isInRoster = false;
    this.#core.presence.leave(this.member, why);
  }
}

function isMember({ role }: Caller): boolean {
  return role === 'chat' || role === 'script';
}

function addressee(packet: ClientPacket): { re?: number; id?: ClientPackets['post']['id'] } {
  if ('id' in packet) return { id: packet.id };
  return 'req' in packet ? { re: packet.req } : {};
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
