// The smallest client that speaks the wire: tests of the server and of whatever needs a server's other end use it.
// It keeps what came and lets a test wait for a packet; it decides nothing by itself but to answer pings.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Connection, Ended } from '../../src/net/connection.ts';
import { dial } from '../../src/net/dial.ts';
import { type DeviceKey, makeDeviceKey, signHello } from '../../src/net/identity.ts';
import { encode } from '../../src/protocol/codec.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { limits, protocolVersion } from '../../src/protocol/limits.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type {
  ClientPacket,
  ClientPackets,
  LogEvent,
  MemberId,
  PostId,
  Seq,
  ServerKind,
  ServerPacket,
  ServerPackets,
} from '../../src/protocol/packet.ts';
import { makePostId } from '../../src/protocol/post-id.ts';

export type WireAddress = { readonly port: number; readonly host?: string; readonly pin?: string };
export type Hello = Partial<
  Pick<ClientPackets['hello'], 'nick' | 'token' | 'ticket' | 'code' | 'role' | 'protocol'>
>;

type Waiter = {
  readonly wants: (packet: ServerPacket) => boolean;
  readonly got: (packet: ServerPacket) => void;
};
type Asking = Extract<ClientPacket, { req: number }>;
type Saying = Extract<ClientPacket, { id: PostId }>;
/** What is said with an id of its own, in #general unless it says otherwise. */
type Said = Saying extends infer One
  ? One extends Saying
    ? Omit<One, 'id' | 'room'> & { id?: PostId; room?: RoomName }
    : never
  : never;
type Question = Asking extends infer One ? (One extends Asking ? Omit<One, 'req'> : never) : never;

export class WireClient {
  readonly connection: Connection<ServerPacket>;
  readonly device: DeviceKey;
  /** Everything that came, in order, pings left out. */
  readonly came: ServerPacket[] = [];
  readonly ended: Promise<Ended>;
  #unseen: ServerPacket[] = [];
  #waiters: Waiter[] = [];
  #failed: ((error: Error) => void)[] = [];
  #end: Ended | undefined;
  #req = 0;
  #pings = 0;
  #atGo: ((go: ServerPackets['go']) => void) | undefined;

  private constructor(connection: Connection<ServerPacket>, device: DeviceKey) {
    this.connection = connection;
    this.device = device;
    this.ended = new Promise((resolve) => {
      connection.receive(
        (packet) => this.#take(packet),
        (end) => {
          this.#end = end;
          for (const fail of this.#failed) fail(new Error(`The connection ended: ${end.why}.`));
          resolve(end);
        },
      );
    });
  }

  /** Dials without a word. Without a pin it is plain TCP. */
  static async dial(address: WireAddress, device = makeDeviceKey()): Promise<WireClient> {
    const { port, host = '127.0.0.1', pin } = address;
    const to = pin === undefined ? { host, port, isPlain: true } : { host, port, pin };
    const { connection } = await dial(to);
    connection.greeted(limits.frameBytesDown);
    return new WireClient(connection, device);
  }

  /** Dials, says hello and waits for welcome; rejects with the server's Refusal. */
  static async login(address: WireAddress, hello: Hello = {}, device = makeDeviceKey()): Promise<WireClient> {
    const client = await WireClient.dial(address, device);
    client.hello(hello);
    const answer = await client.next('welcome', 'error');
    if (answer.kind === 'welcome') return client;
    await client.ended;
    throw refusalOf(answer);
  }

  /** Logs in, joins #general and syncs to the tail: from then on events come by themselves. */
  static async enter(address: WireAddress, nick: string, device = makeDeviceKey()): Promise<WireClient> {
    const client = await WireClient.login(address, { nick }, device);
    await client.ask({ kind: 'join', room: general });
    await client.sync();
    return client;
  }

  hello(hello: Hello): void {
    const signature = signHello(this.device, this.connection.material);
    const key = this.device.publicKey;
    const usual = { protocol: protocolVersion, features: [], role: 'chat' as const, agent: 'test' };
    this.send({ kind: 'hello', ...usual, ...hello, key, signature });
  }

  send(packet: ClientPacket): void {
    this.connection.send(encode(packet));
  }

  /** Sends with a new `req` and gives its answer; rejects with the Refusal. */
  async ask(question: Question): Promise<ServerPacket> {
    this.#req += 1;
    const req = this.#req;
    this.send({ ...question, req } as ClientPacket);
    const answer = await this.match((packet) => 're' in packet && packet.re === req);
    if (answer.kind === 'error') throw refusalOf(answer);
    return answer;
  }

  async askFor<Kind extends ServerKind>(kind: Kind, question: Question): Promise<ServerPackets[Kind]> {
    const answer = await this.ask(question);
    if (answer.kind !== kind) throw new Error(`${answer.kind} came instead of ${kind}.`);
    return answer as ServerPackets[Kind];
  }

  /** Joins the direct room with that member. */
  async direct(nick: string): Promise<RoomName> {
    const { room } = await this.askFor('joined', { kind: 'direct', nick });
    return room.room;
  }

  /** A private room with these others in it. */
  async privateRoom(name: string, ...guests: readonly WireClient[]): Promise<RoomName> {
    const room = name as RoomName;
    await this.ask({ kind: 'join', room });
    await this.ask({ kind: 'configure', room, access: 'private', past: 'invited' });
    for (const guest of guests) {
      await this.ask({ kind: 'invite', room, nick: guest.nick });
      await guest.ask({ kind: 'join', room });
    }
    return room;
  }

  /** Its own nick, as `welcome` had it. */
  get nick(): string {
    return this.#welcome.nick;
  }

  get member(): MemberId {
    return this.#welcome.member;
  }

  /** Where the log stood at the login. */
  get tail(): Seq {
    return this.#welcome.tail;
  }

  get #welcome(): ServerPackets['welcome'] {
    const packet = this.came.find(({ kind }) => kind === 'welcome');
    if (packet?.kind !== 'welcome') throw new Error('Nobody has logged in.');
    return packet;
  }

  /** Resolves when the server has read all that was sent, and everything it sent for it has come. */
  async settled(): Promise<void> {
    this.#pings += 1;
    const n = 1_000_000 + this.#pings;
    this.send({ kind: 'ping', n });
    await this.match((packet) => packet.kind === 'pong' && packet.n === n);
  }

  /** All pages of a sync. Gives what they brought. */
  async sync(from: Omit<ClientPackets['sync'], 'kind' | 'req'> = {}): Promise<SyncAnswer> {
    const events: ServerPackets['page']['events'] = [];
    const gaps: ServerPackets['page']['gaps'] = [];
    let pages = 0;
    let marks: ServerPackets['page']['marks'];
    for (let next = from; ; ) {
      const page = await this.askFor('page', { kind: 'sync', ...next });
      events.push(...page.events);
      gaps.push(...page.gaps);
      pages += 1;
      marks = page.marks ?? marks;
      if (!page.more) return { events, gaps, marks: marks ?? [], upTo: page.upTo, pages };
      next = { ...from, after: page.upTo };
    }
  }

  /** Resolves with the ack, rejects with the Refusal. */
  post(text: string, more: Partial<ClientPackets['post']> = {}): Promise<ServerPackets['ack']> {
    return this.say({ kind: 'post', text, ...more });
  }

  /** As `post`. */
  async say(said: Said): Promise<ServerPackets['ack']> {
    const id = said.id ?? newId();
    this.send({ room: general, ...said, id } as ClientPacket);
    const answer = await this.match(
      (packet) => (packet.kind === 'ack' || packet.kind === 'error') && packet.id === id,
    );
    if (answer.kind === 'error') throw refusalOf(answer);
    return answer as ServerPackets['ack'];
  }

  /** The next unseen packet of these kinds, come already or to come. */
  async next<Kind extends ServerKind>(...kinds: Kind[]): Promise<ServerPackets[Kind]> {
    const packet = await this.match(({ kind }) => (kinds as ServerKind[]).includes(kind));
    return packet as ServerPackets[Kind];
  }

  match(wants: (packet: ServerPacket) => boolean): Promise<ServerPacket> {
    const index = this.#unseen.findIndex(wants);
    const [found] = index < 0 ? [] : this.#unseen.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#end !== undefined) return Promise.reject(new Error(`The connection ended: ${this.#end.why}.`));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ wants, got: resolve });
      this.#failed.push(reject);
    });
  }

  /** Live events so far. */
  get events(): LogEvent[] {
    return this.came.flatMap((packet) => (packet.kind === 'event' ? [packet.event as LogEvent] : []));
  }

  /** The live message with this text, come already or to come. */
  async message(text: string): Promise<LogEvent> {
    const packet = await this.match(
      (one) => one.kind === 'event' && one.event.type === 'message' && one.event.text === text,
    );
    return (packet as ServerPackets['event']).event as LogEvent;
  }

  /** For a transfer: waits for `go`, behind which the connection is the file's bytes. */
  detachAtGo(): Promise<DetachedAtGo> {
    return new Promise((resolve) => {
      this.#atGo = (go) => resolve({ go, ...this.connection.detach() });
    });
  }

  async close(): Promise<void> {
    this.connection.destroy();
    await this.ended;
  }

  #take(packet: ServerPacket): void {
    if (packet.kind === 'ping') {
      this.send({ kind: 'pong', n: packet.n });
      return;
    }
    this.came.push(packet);
    if (packet.kind === 'go') this.#atGo?.(packet);
    const index = this.#waiters.findIndex(({ wants }) => wants(packet));
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter === undefined) this.#unseen.push(packet);
    else waiter.got(packet);
  }
}

export type DetachedAtGo = {
  readonly go: ServerPackets['go'];
  readonly stream: Duplex;
  readonly rest: Buffer;
};

export type SyncAnswer = Required<Pick<ServerPackets['page'], 'events' | 'gaps' | 'upTo' | 'marks'>> & {
  readonly pages: number;
};

export const general = 'general' as RoomName;

export function newId(): PostId {
  return makePostId(Date.now(), randomBytes);
}

function refusalOf({ code, message }: ServerPackets['error']): Refusal {
  return new Refusal(code, message);
}
