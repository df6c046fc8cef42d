// A running server: listens, makes a session of each connection, delivers the log's tail, and ends in order.
// The cli starts it (serve and the local server), and so do the tests.
import type { ServerKey } from '../net/identity.ts';
import { type Listener, listen } from '../net/listen.ts';
import { QueueBudget } from '../net/send-queue.ts';
import { encode } from '../protocol/codec.ts';
import { limits as defaults, type Limits } from '../protocol/limits.ts';
import type { ServerPackets } from '../protocol/packet.ts';
import type { Store } from '../store/open.ts';
import type { Core } from './core.ts';
import type { Hub } from './hub.ts';
import { type LogLine, type Say, sayTo } from './log-line.ts';
import { loginsEveryMs } from './logins.ts';
import { makeCore } from './make-core.ts';
import { Session } from './session.ts';

export type ServerOptions = {
  /** The server closes it at its end; when it cannot start it stays open. */
  readonly store: Store;
  readonly listen: readonly { readonly host: string; readonly port: number }[];
  /** Absent: plain TCP, on loopback. */
  readonly key?: ServerKey;
  readonly name: string;
  readonly version: string;
  /** What a new member must bring. Absent: anybody may become one. */
  readonly token?: string;
  /** Admits the local user's own clients, and to the role `control`. */
  readonly controlToken?: string;
  readonly limits?: Partial<Limits>;
  /** Rates and connection limits off, see `unlimited`: for trusted networks and measurements. */
  readonly noLimits?: boolean;
  readonly uploadBytes?: number;
  readonly log: (line: LogLine) => void;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Ends by itself this long after its last connection or transfer. */
  readonly idleExitMs?: number;
};

export type ServerEnd = {
  readonly why: 'stopped' | 'idle' | 'handover' | 'failed';
  readonly error?: Error;
};

export type ServerStats = {
  readonly sessions: number;
  readonly online: number;
  readonly transfers: number;
  /** Events handed to sessions since the start. */
  readonly deliveries: number;
  readonly queuedBytes: number;
  /** What is kept of those who are here, or were: what must not grow with those who have been. */
  readonly kept: {
    readonly followers: number;
    readonly audiences: number;
    readonly tickets: number;
    readonly budgets: number;
    readonly halfOpen: number;
    readonly waiting: number;
  };
};

export type RunningServer = {
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly fingerprint?: string;
  /** Resolves when everything is closed, the store last. */
  stop(reason: 'restart' | 'handover'): Promise<void>;
  /** Resolves, never rejects, when everything is closed. */
  readonly ended: Promise<ServerEnd>;
  stats(): ServerStats;
};

/** Rejects with a sentence when an address cannot be had; the store is then still open. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = new Server(options);
  await server.listen();
  return {
    addresses: server.addresses,
    ...(options.key === undefined ? {} : { fingerprint: options.key.fingerprint }),
    stop: (reason) => server.stop(reason),
    ended: server.ended,
    stats: () => server.stats(),
  };
}

const most = Number.MAX_SAFE_INTEGER;
/**
 * What `noLimits` takes away: rates and counts. Bounds of memory stay, and with them that so many log in at a time: the
 * handshakes of thousands at once would leave a fifth more memory behind, and the first would be in no sooner than the
 * last. The others wait, as long as a crowd of thousands may take.
 */
const crowdMax = 20_000;
const unlimited = {
  handshakeMs: 60_000,
  postsBurst: most,
  postsPerSecond: most,
  marksBurst: most,
  marksPerSecond: most,
  readBytesBurst: most,
  readBytesPerSecond: most,
  halfOpenPerAddress: most,
  halfOpenWaiting: crowdMax,
  halfOpenWaitingPerAddress: crowdMax,
  loginFailuresPerAddress: most,
  uploadsAtOnce: most,
  downloadsAtOnce: most,
};

/** Unfinished uploads that nobody went on with are looked for this often, and at the start. */
const sweepEveryMs = 3_600_000;

class Server {
  readonly #options: ServerOptions;
  readonly #limits: Limits;
  readonly #say: Say;
  readonly #core: Core;
  readonly #queues: QueueBudget;
  readonly #sessions = new Set<Session>();
  readonly #listeners: Listener[] = [];
  readonly #ended = Promise.withResolvers<ServerEnd>();
  readonly #timers: NodeJS.Timeout[] = [];
  #idle: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopping: Promise<void> | undefined;
  /** While the server ends: the last session is gone. */
  #onEmpty: (() => void) | undefined;
  #pings = 0;

  constructor(options: ServerOptions) {
    const now = options.now ?? Date.now;
    this.#options = options;
    this.#limits = { ...defaults, ...options.limits, ...(options.noLimits === true ? unlimited : {}) };
    this.#say = sayTo(options.log, now);
    this.#queues = new QueueBudget(this.#limits.sendQueuesBytes);
    const { store, name, version, token, controlToken } = options;
    this.#core = makeCore({
      store,
      limits: this.#limits,
      say: this.#say,
      now,
      name,
      version,
      token,
      controlToken,
      uploadBytes: options.uploadBytes ?? this.#limits.uploadBytes,
      handOver: () => void this.stop('handover'),
      missed: (cause) => this.#missed(cause),
    });
  }

  get ended(): Promise<ServerEnd> {
    return this.#ended.promise;
  }

  get addresses(): RunningServer['addresses'] {
    return this.#listeners.map(({ host, port }) => ({ host, port }));
  }

  stats(): ServerStats {
    const { hub, presence, transfers, rates } = this.#core;
    const doors = this.#listeners.map(({ counts }) => counts);
    return {
      sessions: this.#sessions.size,
      online: presence.online,
      transfers: transfers.count,
      deliveries: hub.deliveries,
      queuedBytes: this.#queues.bytes,
      kept: {
        ...hub.counts,
        tickets: transfers.tickets,
        budgets: rates.count,
        halfOpen: doors.reduce((sum, { halfOpen }) => sum + halfOpen, 0),
        waiting: doors.reduce((sum, { waiting }) => sum + waiting, 0),
      },
    };
  }

  async listen(): Promise<void> {
    try {
      for (const address of this.#options.listen) await this.#listenOn(address);
    } catch (error) {
      for (const listener of this.#listeners) await listener.close();
      throw error;
    }
    this.#unsubscribe = this.#core.store.log.subscribe((events) => this.#tell(events));
    this.#timers.push(setInterval(() => this.#ping(), this.#limits.pingEveryMs));
    this.#timers.push(setInterval(() => this.#sweep(), sweepEveryMs));
    this.#timers.push(setInterval(() => this.#core.logins.write(), loginsEveryMs));
    this.#sweep();
    this.#watchIdle();
    for (const { host, port } of this.#listeners) this.#say('info', 'listening', { host, port });
  }

  /** `why` of the end: a stop asked for as `restart` is `stopped`. */
  stop(reason: 'restart' | 'handover'): Promise<void> {
    return this.#stop(reason, { why: reason === 'restart' ? 'stopped' : 'handover' });
  }

  async #listenOn({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    const listener = await listen({
      host,
      port,
      key: this.#options.key,
      limits: this.#limits,
      queues: this.#queues,
      lastWord: (reason) => encode({ kind: 'bye', reason }),
      onConnection: (connection) => this.#accept(connection),
      onRejected: (why, address) => this.#say('info', 'rejected', { why, address }),
    });
    this.#listeners.push(listener);
  }

  #accept(connection: ConstructorParameters<typeof Session>[0]): void {
    if (this.#stopping !== undefined) {
      connection.close(encode({ kind: 'bye', reason: 'restart' }));
      return;
    }
    clearTimeout(this.#idle);
    this.#sessions.add(new Session(connection, this.#core, (session) => this.#leave(session)));
  }

  #leave(session: Session): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    this.#onEmpty?.();
    this.#watchIdle();
  }

  #watchIdle(): void {
    const { idleExitMs } = this.#options;
    if (idleExitMs === undefined || this.#stopping !== undefined) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#stop('restart', { why: 'idle' }), idleExitMs);
  }

  #tell(events: Parameters<Hub['tell']>[0]): void {
    this.#core.logTrouble.over();
    try {
      this.#core.newest.tell(events);
      this.#core.publicRooms.tell(events);
      this.#core.hub.tell(events);
    } catch (cause) {
      this.#missed(cause);
    }
  }

  /** Somebody would miss an event without knowing: better everybody comes back and asks for it. */
  #missed(cause: unknown): void {
    this.#fail(new Error('Events could not be delivered.', { cause }));
  }

  #fail(error: Error): void {
    this.#say('error', 'failed', { why: String(error.cause ?? error) });
    void this.#stop('restart', { why: 'failed', error });
  }

  #ping(): void {
    this.#pings += 1;
    const frame = encode({ kind: 'ping', n: this.#pings });
    for (const session of this.#sessions) session.ping(frame);
  }

  #sweep(): void {
    const { log, blobs } = this.#core.store;
    blobs
      .sweep(this.#core.now(), (sha256, member) => log.carries(member, sha256))
      .catch((error) => this.#say('warn', 'sweep-failed', { why: String(error) }));
  }

  #stop(reason: ServerPackets['bye']['reason'], end: ServerEnd): Promise<void> {
    this.#stopping ??= this.#shutDown(reason, end);
    return this.#stopping;
  }

  /** Stop listening, a last word to each, let handlers finish and queues drain, destroy the rest, the store last. */
  async #shutDown(reason: ServerPackets['bye']['reason'], end: ServerEnd): Promise<void> {
    this.#say('info', 'ending', { why: end.why, sessions: this.#sessions.size });
    clearTimeout(this.#idle);
    for (const timer of this.#timers) clearInterval(timer);
    this.#core.presence.stop();
    this.#core.hub.stop();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.#endSessions(reason);
    this.#core.presence.stop();
    this.#unsubscribe?.();
    const { commits } = this.#core.store.log;
    this.#core.logins.write();
    await this.#closeStore();
    this.#say('info', 'ended', { why: end.why, commits, deliveries: this.#core.hub.deliveries });
    this.#ended.resolve(end);
  }

  async #endSessions(reason: ServerPackets['bye']['reason']): Promise<void> {
    const stopped = this.#core.transfers.stop();
    if (this.#sessions.size > 0) {
      const empty = Promise.withResolvers<void>();
      this.#onEmpty = empty.resolve;
      for (const session of this.#sessions) session.end(reason);
      await this.#inTime(empty.promise);
      for (const session of this.#sessions) session.destroy();
      await empty.promise;
    }
    await stopped;
  }

  async #inTime(drained: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, this.#limits.drainMs);
    await Promise.race([drained, late.promise]);
    clearTimeout(timer);
  }

  async #closeStore(): Promise<void> {
    try {
      await this.#options.store.close();
    } catch (error) {
      this.#say('error', 'store-close-failed', { why: String(error) });
    }
  }
}
