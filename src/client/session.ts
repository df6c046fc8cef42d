// One member on one server, over any number of connections: what `Client` promises, made of its parts. The dial loop
// brings a connection, posting what is to be sent, requests the questions, following the log. Here they are put
// together, and each packet goes to whom it concerns.
// Called by the screen, plain mode and every subcommand that talks to a server.
import { encode } from '../protocol/codec.ts';
import { limits } from '../protocol/limits.ts';
import { isDirect, type RoomName } from '../protocol/names.ts';
import type {
  AnyEvent,
  ClientPacket,
  FileNote,
  Mark,
  PostId,
  Seq,
  ServerPacket,
  ServerPackets,
} from '../protocol/packet.ts';
import { Away } from './away.ts';
import { clientBounds } from './bounds.ts';
import type {
  Client,
  ClientEvent,
  DownloadWhat,
  OutboxEntry,
  Posted,
  PostOptions,
  Saying,
  Status,
  Transfer,
  Welcome,
} from './client.ts';
import { Connector, type Line } from './connector.ts';
import { keepConnected } from './dial-loop.ts';
import { lostBecause } from './errors.ts';
import { Following } from './following.ts';
import { Listeners } from './listeners.ts';
import type { LocalStore } from './local-store.ts';
import type { ClientOptions } from './options.ts';
import { packetTaker } from './packets.ts';
import { Pinging } from './pinging.ts';
import { Posting } from './posting.ts';
import { Reading } from './reading.ts';
import { type Reach, Remembering } from './remembering.ts';
import { postOf } from './saying.ts';
import { Standing } from './standing.ts';
import { Transfers } from './transfers.ts';
import { Typing } from './typing.ts';

export type { ClientOptions };

/** Begins to dial at once. Events come from the next turn on; rooms are followed from the first listen() on. */
export function createClient(options: ClientOptions): Client {
  return new Session(options);
}

class Session extends Remembering implements Client {
  readonly #options: ClientOptions;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #listeners = new Listeners();
  readonly #standing = new Standing();
  readonly #following: Following;
  readonly #posting: Posting;
  readonly #pinging = new Pinging({
    send: (n) => void this.#send({ kind: 'ping', n }),
    tell: (ms) => this.#listeners.tell({ type: 'latency', ms }),
  });
  readonly #reading = new Reading();
  readonly #away = new Away(this.requests);
  readonly #typing: Typing;
  readonly #connector: Connector;
  readonly #transfers: Transfers;
  readonly #take: (packet: ServerPacket) => void;
  readonly #ready = Promise.withResolvers<Welcome>();
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  #welcome: Welcome | undefined;
  #line: Line | undefined;
  #lastWord: ServerPackets['bye']['reason'] | undefined;

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#typing = new Typing({ now: this.#now, send: (packet) => this.#send(packet) });
    this.#random = options.random ?? Math.random;
    this.#connector = new Connector(options);
    this.#following = this.#makeFollowing(options.role === 'chat');
    this.#posting = this.#makePosting();
    this.#transfers = this.#makeTransfers();
    this.#take = this.#makeTaker();
    if (options.local !== undefined) this.#keepIn(options.local);
    // Nobody may be waiting in ready(); the status carries the same error.
    this.#ready.promise.catch(() => {});
    this.#loop = this.#run();
  }

  #keepIn(local: LocalStore): void {
    this.local = local;
    if (local.cursor !== undefined) this.#following.resume(local.cursor);
    this.#posting.keepIn(local.outbox);
    this.#hearTrouble();
    local.onAnew = () => {
      if (this.#welcome !== undefined) local.welcomed(this.#welcome, false);
      for (const entry of this.outbox) local.outbox.put(entry);
    };
  }

  #hearTrouble(): void {
    if (this.#listeners.isEmpty) return;
    this.local?.hear((sentence) => this.#listeners.tell({ type: 'trouble', sentence }));
  }

  #makeFollowing(isChat: boolean): Following {
    return new Following({
      isChat,
      listeners: this.#listeners,
      number: () => this.requests.number(),
      isOwn: (event) => this.#posting.settledBy(event),
      takeMarks: (marks) => this.#takeMarks(marks),
      keep: (news) => this.local?.take(news),
      told: (event) => this.#movedBy(event),
      broken: () => this.#line?.connection.destroy(),
    });
  }

  /** Moves that this device did not ask for are those of the member's others. Direct rooms are told of as `invited`. */
  #movedBy({ type, room, member }: AnyEvent): void {
    if (member !== this.#welcome?.member || this.isMoving(room)) return;
    if (type === 'part') this.#listeners.tell({ type: 'left', room });
    if (type === 'join' && !isDirect(room)) void this.#entered(room);
  }

  /** Joining where one is in only asks what the room is. */
  async #entered(room: RoomName): Promise<void> {
    const question = (req: number) => ({ kind: 'join' as const, req, room });
    try {
      const { room: note } = await this.requests.ask(question, 'joined', 'reject');
      this.#listeners.tell({ type: 'entered', note });
    } catch {
      // The connection went: the next welcome has the room.
    }
  }

  #makePosting(): Posting {
    return new Posting({
      now: this.#now,
      self: () => this.#welcome,
      changed: () => this.#listeners.outboxChanged(() => this.outbox),
      acked: (event) => {
        const isNews = this.#following.acked(event.seq);
        this.#listeners.tell(isNews ? event : { ...event, isTold: true });
      },
    });
  }

  #makeTaker(): (packet: ServerPacket) => void {
    return packetTaker({
      following: this.#following,
      posting: this.#posting,
      pinging: this.#pinging,
      requests: this.requests,
      listeners: this.#listeners,
      local: () => this.local,
      pong: (n) => void this.#send({ kind: 'pong', n }),
      presence: (presence) => this.#takePresence(presence),
      marks: (marks) => this.#takeMarks(marks),
      bye: (reason) => {
        this.#lastWord = reason;
      },
      broken: () => this.#line?.connection.destroy(),
    });
  }

  #makeTransfers(): Transfers {
    return new Transfers({
      ask: (make, kind, onLoss) => this.requests.ask(make, kind, onLoss),
      dial: (ticket, signal) => this.#connector.transfer(ticket, signal),
      online: (signal) => this.#standing.untilOnline(signal),
      uploadBytes: () => this.#welcome?.uploadBytes ?? limits.uploadBytes,
      post: (room, note, id) => this.post(room, '', { file: note, ...(id === undefined ? {} : { id }) }),
      tell: (transfer) => this.#listeners.tell({ type: 'transfer', transfer }),
      random: this.#random,
    });
  }

  get status(): Status {
    return this.#standing.status;
  }

  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  get outbox(): readonly OutboxEntry[] {
    return this.#posting.entries;
  }

  get transfers(): readonly Transfer[] {
    return this.#transfers.list;
  }

  listen(tell: (event: ClientEvent) => void): () => void {
    const stop = this.#listeners.add(tell);
    this.#hearTrouble();
    this.#following.begin();
    return stop;
  }

  ready(): Promise<Welcome> {
    return this.#ready.promise;
  }

  follow(rooms: readonly RoomName[], after: Seq): void {
    this.#following.follow(rooms, after);
  }

  protected get reach(): Reach {
    if (this.#standing.status.is !== 'online') return 'away';
    return this.#following.isSynced ? 'synced' : 'syncing';
  }

  post(room: RoomName, text: string, options: PostOptions = {}): Promise<Posted> {
    return this.#say(room, postOf(text, options), options.id);
  }

  say(room: RoomName, saying: Saying): Promise<Posted> {
    return this.#say(room, saying);
  }

  #say(room: RoomName, saying: Saying, id?: PostId): Promise<Posted> {
    if (this.#standing.hasEnded) return Promise.reject(this.#standing.endError);
    return this.#posting.say(room, saying, id);
  }

  retry(id: PostId): void {
    this.#posting.retry(id);
  }

  drop(id: PostId): void {
    this.#posting.drop(id);
  }

  markRead(room: RoomName, seq: Seq): void {
    this.local?.markRead(room, seq);
    this.#reading.mark(room, seq);
  }

  typing(room: RoomName): void {
    this.#typing.told(room);
  }

  away(note: string | undefined): Promise<void> {
    return this.#away.say(note);
  }

  async rename(nick: string): Promise<void> {
    await this.requests.ask((req) => ({ kind: 'nick', req, nick }), 'done', 'reject');
    if (this.#welcome === undefined) return;
    this.#welcome = { ...this.#welcome, nick };
    this.local?.met([this.#welcome]);
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
    this.#reading.closing();
    this.#line?.connection.close(encode({ kind: 'bye', reason }));
    this.#stop.abort();
    await Promise.all([this.#loop, this.#transfers.close()]);
    this.local?.close();
  }

  async #run(): Promise<void> {
    const { role, local, patienceMs = 0 } = this.#options;
    const isChat = role === 'chat';
    // A server that was there on another day is one that was there.
    const beforeMs = isChat && local?.cursor !== undefined ? Number.POSITIVE_INFINITY : patienceMs;
    const error = await keepConnected(
      {
        connect: (signal) => this.#connector.chat(signal),
        serve: (line) => this.#serve(line),
        tell: (status) => this.#turn(status),
        // A chat comes back however long it takes, but only to a server that was there: a wrong address is said at once.
        patience: {
          beforeMs,
          afterMs: isChat ? Number.POSITIVE_INFINITY : clientBounds.scriptOutageMs,
        },
        now: this.#now,
        random: this.#random,
      },
      this.#stop.signal,
    );
    this.#turn({ is: 'ended', ...(error === undefined ? {} : { error }) });
    const reason = this.#standing.endError;
    this.#ready.reject(reason);
    this.requests.end(reason);
    this.#posting.end(reason);
  }

  /** Works with one connection until it ends. */
  async #serve(line: Line): Promise<Error> {
    const { connection, welcome } = line;
    const over = Promise.withResolvers<Error>();
    const opened = this.local === undefined ? this.#options.openLocal?.() : undefined;
    if (opened !== undefined) this.#keepIn(opened);
    const isNewLog = this.#following.welcomed(welcome);
    if (isNewLog) this.#reading.forget();
    this.local?.welcomed(welcome, isNewLog);
    this.#lastWord = undefined;
    this.#line = line;
    this.#welcome = welcome;
    connection.receive(
      this.#take,
      (end) => over.resolve(lostBecause(end, this.#lastWord)),
      // A packet of a later version says nothing to this one; a broken one means a broken server.
      (refusal) => refusal.code === 'unknown-kind' || connection.destroy(),
    );
    connection.resume();
    this.#listeners.tell({ type: 'welcome', welcome, isNewLog });
    this.#turn({ is: 'online' });
    this.#ready.resolve(welcome);
    this.#begin(line);
    const error = await over.promise;
    this.#lost(error);
    return error;
  }

  /** What is due on a new connection: first what was missed, then what was typed meanwhile, in order. */
  #begin({ connection }: Line): void {
    const send = (packet: ClientPacket) => connection.send(encode(packet));
    this.#pinging.start();
    this.#following.connected(send);
    this.#away.connected(send);
    this.requests.connected(send);
    this.#reading.connected(send);
    this.#posting.connected({
      send,
      get queuedBytes() {
        return connection.queuedBytes;
      },
    });
  }

  #lost(error: Error): void {
    this.#line = undefined;
    this.#pinging.stop();
    this.#following.lost();
    this.#posting.lost();
    this.#reading.lost();
    this.requests.lost(error);
  }

  /** False where no connection is there. */
  #send(packet: ClientPacket): boolean {
    this.#line?.connection.send(encode(packet));
    return this.#line !== undefined;
  }

  /** Own renames come this way too when another device of the member made them. */
  #takePresence(presence: ServerPackets['presence']): void {
    const own = presence.changes.findLast(({ member }) => member === this.#welcome?.member);
    if (own !== undefined && this.#welcome !== undefined)
      this.#welcome = { ...this.#welcome, nick: own.nick };
    this.local?.met(presence.changes);
    this.#listeners.tell({ type: 'presence', presence });
  }

  /** What was read here while the server was away is told to it now. */
  #takeMarks(marks: readonly Mark[]): void {
    const shown = this.local?.takeMarks(marks) ?? marks;
    for (const [at, { room, read }] of shown.entries()) {
      if (read > (marks[at]?.read ?? 0)) this.#reading.mark(room, read);
    }
    this.#listeners.tell({ type: 'marks', marks: shown });
  }

  #turn(status: Status): void {
    this.#standing.turn(status);
    this.#listeners.tell({ type: 'status', status });
  }
}
