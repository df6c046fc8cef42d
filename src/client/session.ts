// One member on one server, over any number of connections: what `Client` promises, made of its parts. The dial
// loop brings a connection, the outbox what is to be sent, requests the questions, the feed the place in the log.
// Called by the screen, plain mode and every subcommand that talks to a server.
import { randomBytes } from 'node:crypto';
import { encode } from '../protocol/codec.ts';
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type {
  AnyEvent,
  ClientPacket,
  FileNote,
  MessageEvent,
  PostId,
  Seq,
  ServerKind,
  ServerPackets,
} from '../protocol/packet.ts';
import { makePostId } from '../protocol/post-id.ts';
import { clientBounds } from './bounds.ts';
import type {
  Client,
  ClientEvent,
  DownloadWhat,
  OutboxEntry,
  PostOptions,
  Status,
  Transfer,
  Welcome,
} from './client.ts';
import { Connector, type Line } from './connector.ts';
import { keepConnected } from './dial-loop.ts';
import { ConnectionLost, lostBecause } from './errors.ts';
import { Feed } from './feed.ts';
import type { ClientOptions } from './options.ts';
import { Outbox, type Posted } from './outbox.ts';
import { whyNotPosted } from './post-check.ts';
import { Requests } from './requests.ts';
import { Transfers } from './transfers.ts';

export type { ClientOptions };

/** Begins to dial at once. Events come from the next turn on; rooms are followed from the first listen() on. */
export function createClient(options: ClientOptions): Client {
  return new Session(options);
}

type Takers = { readonly [Kind in ServerKind]?: (packet: ServerPackets[Kind]) => void };

class Session implements Client {
  readonly #options: ClientOptions;
  readonly #now: () => number;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  /** Transfers that wait for a connection: they are no listeners, for whom rooms would be followed. */
  readonly #watchers = new Set<(status: Status) => void>();
  readonly #outbox = new Outbox(() => this.#outboxChanged());
  readonly #requests = new Requests();
  readonly #feed = new Feed();
  readonly #connector: Connector;
  readonly #transfers: Transfers;
  readonly #ready = Promise.withResolvers<Welcome>();
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  #status: Status = { is: 'connecting' };
  #welcome: Welcome | undefined;
  #line: Line | undefined;
  /** Rooms of a script's follow(); a chat follows those it is in. */
  #following: readonly RoomName[] | undefined;
  /** Number of the `sync` whose page is due. */
  #syncing: number | undefined;
  #live: AnyEvent[] = [];
  #outboxTold = true;
  #lastWord: ServerPackets['bye']['reason'] | undefined;
  #pinged: { readonly n: number; readonly at: number } | undefined;
  #pings = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#connector = new Connector(options);
    this.#transfers = new Transfers({
      ask: (make, kind, onLoss) => this.#requests.ask(make, kind, onLoss),
      dial: (ticket, signal) => this.#connector.transfer(ticket, signal),
      online: (signal) => this.#untilOnline(signal),
      uploadBytes: () => this.#welcome?.uploadBytes ?? limits.uploadBytes,
      post: (room, note, id) => this.post(room, '', { file: note, ...(id === undefined ? {} : { id }) }),
      tell: (transfer) => this.#tell({ type: 'transfer', transfer }),
    });
    // Nobody may be waiting in ready(); the status carries the same error.
    this.#ready.promise.catch(() => {});
    this.#loop = this.#run();
  }

  get status(): Status {
    return this.#status;
  }

  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  get outbox(): readonly OutboxEntry[] {
    return this.#outbox.entries;
  }

  get transfers(): readonly Transfer[] {
    return this.#transfers.list;
  }

  listen(tell: (event: ClientEvent) => void): () => void {
    this.#listeners.add(tell);
    this.#follow();
    return () => this.#listeners.delete(tell);
  }

  ready(): Promise<Welcome> {
    return this.#ready.promise;
  }

  follow(rooms: readonly RoomName[], after: Seq): void {
    this.#following = rooms;
    this.#feed.startAt(after);
    this.#follow();
  }

  post(room: RoomName, text: string, options: PostOptions = {}): Promise<Posted> {
    const refusal = whyNotPosted(text, options);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (this.#status.is === 'ended') return Promise.reject(this.#endError());
    const id = options.id ?? makePostId(this.#now(), randomBytes);
    const underWay = this.#outbox.promiseOf(id);
    if (underWay !== undefined) return underWay;
    const { style, file } = options;
    const added = this.#outbox.add({
      id,
      room,
      text,
      ...(style === undefined ? {} : { style }),
      ...(file === undefined ? {} : { file }),
      typedAt: this.#now(),
      state: 'queued',
    });
    this.#sendPosts();
    return added;
  }

  retry(id: PostId): void {
    this.#outbox.retry(id);
    this.#sendPosts();
  }

  drop(id: PostId): void {
    this.#outbox.drop(id);
  }

  history(
    room: RoomName,
    bounds: { readonly before?: Seq; readonly after?: Seq; readonly limit: number },
  ): Promise<ServerPackets['past']> {
    return this.#requests.ask((req) => ({ kind: 'history', req, room, ...bounds }), 'past', 'ask-again');
  }

  join(room: RoomName): Promise<ServerPackets['joined']> {
    return this.#requests.ask((req) => ({ kind: 'join', req, room }), 'joined', 'ask-again');
  }

  async part(room: RoomName): Promise<void> {
    await this.#requests.ask((req) => ({ kind: 'part', req, room }), 'done', 'ask-again');
  }

  async rename(nick: string): Promise<void> {
    await this.#requests.ask((req) => ({ kind: 'nick', req, nick }), 'done', 'reject');
    if (this.#welcome !== undefined) this.#welcome = { ...this.#welcome, nick };
  }

  async who(
    options: { readonly room?: RoomName; readonly all?: boolean; readonly most?: number } = {},
  ): Promise<ServerPackets['roster']> {
    const { most = clientBounds.whoMost, ...query } = options;
    const page = (from: number | undefined) => {
      const rest = from === undefined ? query : { ...query, from };
      return this.#requests.ask((req) => ({ kind: 'who', req, ...rest }), 'roster', 'ask-again');
    };
    let roster = await page(undefined);
    while (roster.next !== undefined && roster.people.length < most) {
      const further = await page(roster.next);
      // Nobody on it and still a next page would be asked for ever.
      if (further.people.length === 0) break;
      roster = { ...further, people: [...roster.people, ...further.people] };
    }
    return { ...roster, people: roster.people.slice(0, most) };
  }

  upload(
    room: RoomName,
    path: string,
    options: { readonly id?: PostId } = {},
  ): Promise<{ readonly seq: Seq; readonly file: FileNote }> {
    return this.#transfers.upload(room, path, options.id);
  }

  download(what: DownloadWhat): Promise<{ readonly path: string; readonly file: FileNote }> {
    return this.#transfers.download(what);
  }

  cancel(transfer: number): void {
    this.#transfers.cancel(transfer);
  }

  async close(reason: 'quit' | 'done'): Promise<void> {
    this.#line?.connection.close(encode({ kind: 'bye', reason }));
    this.#stop.abort();
    await Promise.all([this.#loop, this.#transfers.close()]);
  }

  async #run(): Promise<void> {
    const { role, patienceMs = 0, random = Math.random } = this.#options;
    const forever = Number.POSITIVE_INFINITY;
    const error = await keepConnected(
      {
        connect: (signal) => this.#connector.chat(signal),
        serve: (line) => this.#serve(line),
        tell: (status) => this.#turn(status),
        patience:
          role === 'chat'
            ? { beforeMs: forever, afterMs: forever }
            : { beforeMs: patienceMs, afterMs: clientBounds.scriptOutageMs },
        now: this.#now,
        random,
      },
      this.#stop.signal,
    );
    this.#turn({ is: 'ended', ...(error === undefined ? {} : { error }) });
    const reason = this.#endError();
    this.#ready.reject(reason);
    this.#requests.end(reason);
    this.#outbox.end(reason);
  }

  #endError(): Error {
    const error = this.#status.is === 'ended' ? this.#status.error : undefined;
    return error ?? new ConnectionLost('The connection to the server was closed.');
  }

  /** Works with one connection until it ends. */
  async #serve(line: Line): Promise<Error> {
    const { connection, welcome } = line;
    const over = Promise.withResolvers<Error>();
    const isNewLog = this.#feed.welcomed(welcome.logId);
    this.#lastWord = undefined;
    this.#line = line;
    this.#welcome = welcome;
    connection.receive(
      (packet) => this.#take(packet),
      (end) => over.resolve(lostBecause(end, this.#lastWord)),
      // A packet of a later version says nothing to this one; a broken one means a broken server.
      (refusal) => refusal.code === 'unknown-kind' || connection.destroy(),
    );
    connection.resume();
    this.#tell({ type: 'welcome', welcome, isNewLog });
    this.#turn({ is: 'online' });
    this.#ready.resolve(welcome);
    this.#begin();
    const pinging = setInterval(() => this.#ping(), limits.pingEveryMs);
    const error = await over.promise;
    clearInterval(pinging);
    this.#line = undefined;
    this.#syncing = undefined;
    this.#requests.lost(error);
    return error;
  }

  /** What is due on a new connection: first what was missed, then what was typed meanwhile, in order. */
  #begin(): void {
    this.#ping();
    this.#follow();
    this.#requests.connected((packet) => this.#send(packet));
    this.#outbox.requeue();
    this.#sendPosts();
  }

  #send(packet: ClientPacket): void {
    this.#line?.connection.send(encode(packet));
  }

  #ping(): void {
    this.#pings += 1;
    this.#pinged = { n: this.#pings, at: performance.now() };
    this.#send({ kind: 'ping', n: this.#pings });
  }

  /** Asks for what was missed, once a connection. Only when somebody listens: a page is told once. */
  #follow(): void {
    const wants = this.#options.role === 'chat' || this.#following !== undefined;
    if (!wants || this.#line === undefined || this.#syncing !== undefined || this.#listeners.size === 0)
      return;
    this.#sync();
  }

  #sync(): void {
    const req = this.#requests.number();
    this.#syncing = req;
    const rooms = this.#following === undefined ? {} : { rooms: [...this.#following] };
    this.#send({ kind: 'sync', req, ...this.#feed.cursor, ...rooms });
  }

  #sendPosts(): void {
    const line = this.#line;
    if (line === undefined) return;
    // Acks call again: what is queued here is waiting for some.
    while (line.connection.queuedBytes < clientBounds.postsQueuedBytes) {
      const entry = this.#outbox.next();
      if (entry === undefined) return;
      const { id, room, text, style, file } = entry;
      const more = { ...(style === undefined ? {} : { style }), ...(file === undefined ? {} : { file }) };
      this.#send({ kind: 'post', id, room, text, ...more });
    }
  }

  readonly #takers: Takers = {
    event: ({ event }) => this.#takeLive(event),
    page: (page) => this.#takePage(page),
    ack: ({ id, seq, at }) => this.#settle(id, seq, at),
    error: (packet) => this.#takeError(packet),
    presence: (presence) => this.#takePresence(presence),
    past: (packet) => this.#requests.answer(packet.re, packet),
    joined: (packet) => this.#requests.answer(packet.re, packet),
    done: (packet) => this.#requests.answer(packet.re, packet),
    roster: (packet) => this.#requests.answer(packet.re, packet),
    ticket: (packet) => this.#requests.answer(packet.re, packet),
    ping: ({ n }) => this.#send({ kind: 'pong', n }),
    pong: ({ n }) => this.#takePong(n),
    bye: ({ reason }) => {
      this.#lastWord = reason;
    },
  };

  #take<Kind extends ServerKind>(packet: ServerPackets[Kind] & { readonly kind: Kind }): void {
    this.#takers[packet.kind]?.(packet);
  }

  /** Live events are told in batches, one for what came in one turn: a flood costs the screen little. */
  #takeLive(event: AnyEvent): void {
    for (const fresh of this.#notOwn(this.#feed.pass([event], event.seq))) {
      if (this.#live.length === 0) queueMicrotask(() => this.#tellLive());
      this.#live.push(fresh);
    }
  }

  #tellLive(): void {
    if (this.#live.length === 0) return;
    const events = this.#live;
    this.#live = [];
    this.#tellNow({ type: 'events', events, gaps: [], isLive: true });
  }

  #takePage(page: ServerPackets['page']): void {
    if (page.re !== this.#syncing) return;
    const events = this.#notOwn(this.#feed.pass(page.events, page.upTo));
    if (events.length > 0 || page.gaps.length > 0) {
      this.#tell({ type: 'events', events, gaps: page.gaps, isLive: false });
    }
    if (page.more) this.#sync();
  }

  /** An own post that comes back before its ack (its connection was cut) is settled here and told as `acked`. */
  #notOwn(events: AnyEvent[]): AnyEvent[] {
    const member = this.#welcome?.member;
    return events.filter((event) => {
      if (event.type !== 'message' || event.member !== member) return true;
      if (this.#outbox.get(event.id) === undefined) return true;
      this.#settle(event.id, event.seq, event.at);
      return false;
    });
  }

  #settle(id: PostId, seq: Seq, at: number): void {
    const entry = this.#outbox.get(id);
    if (entry === undefined || this.#welcome === undefined) return;
    if (this.#syncing !== undefined) this.#feed.acked(seq);
    const { member, nick } = this.#welcome;
    this.#tell({ type: 'acked', entry, seq, at, event: messageOf(entry, { seq, at, member, nick }) });
    this.#outbox.settle(entry, seq, at);
    this.#sendPosts();
  }

  #takeError(packet: ServerPackets['error']): void {
    const refusal = new Refusal(packet.code, packet.message);
    // A server that closes answers nothing more on this connection; what waits is sent again on the next.
    if (packet.code === 'closing') return;
    if (packet.id !== undefined) this.#refusePost(packet.id, refusal);
    else if (packet.re !== undefined && packet.re === this.#syncing) this.#line?.connection.destroy();
    else if (packet.re !== undefined) this.#requests.refuse(packet.re, refusal);
  }

  #refusePost(id: PostId, refusal: Refusal): void {
    this.#outbox.refuse(id, refusal);
    this.#sendPosts();
  }

  /** Own renames come this way too when another device of the member made them. */
  #takePresence(presence: ServerPackets['presence']): void {
    const own = presence.changes.findLast(({ member }) => member === this.#welcome?.member);
    if (own !== undefined && this.#welcome !== undefined)
      this.#welcome = { ...this.#welcome, nick: own.nick };
    this.#tell({ type: 'presence', presence });
  }

  #takePong(n: number): void {
    if (this.#pinged?.n !== n) return;
    this.#tell({ type: 'latency', ms: performance.now() - this.#pinged.at });
  }

  #turn(status: Status): void {
    this.#status = status;
    for (const watch of this.#watchers) watch(status);
    this.#tell({ type: 'status', status });
  }

  /** Told once for all changes of one turn: a thousand acks are not a thousand copies of the outbox. */
  #outboxChanged(): void {
    if (!this.#outboxTold) return;
    this.#outboxTold = false;
    queueMicrotask(() => {
      this.#outboxTold = true;
      this.#tell({ type: 'outbox', entries: this.#outbox.entries });
    });
  }

  #tell(event: ClientEvent): void {
    this.#tellLive();
    this.#tellNow(event);
  }

  #tellNow(event: ClientEvent): void {
    for (const tell of this.#listeners) tell(event);
  }

  /** Resolves while a connection is there; rejects when the client ends or `signal` aborts. */
  #untilOnline(signal: AbortSignal): Promise<void> {
    if (this.#status.is === 'online') return Promise.resolve();
    if (this.#status.is === 'ended') return Promise.reject(this.#endError());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (status: Status) => {
      if (status.is === 'online') resolve();
      if (status.is === 'ended') reject(this.#endError());
    };
    this.#watchers.add(settle);
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    return promise.finally(() => {
      this.#watchers.delete(settle);
      signal.removeEventListener('abort', aborted);
    });
  }
}

/** The event that an acknowledged post has become. */
function messageOf(
  entry: OutboxEntry,
  place: Pick<MessageEvent, 'seq' | 'at' | 'member' | 'nick'>,
): MessageEvent {
  const { id, room, text, style, file } = entry;
  const more = { ...(style === undefined ? {} : { style }), ...(file === undefined ? {} : { file }) };
  return { type: 'message', ...place, room, id, text, ...more };
}
