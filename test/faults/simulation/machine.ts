// The computer that the server runs on: its disk outlives its crashes, and when it is up again so is a new server.
import type { Limits } from '../../../src/protocol/limits.ts';
import type { LogLine } from '../../../src/server/log-line.ts';
import { type RunningServer, type ServerStats, startServer } from '../../../src/server/server.ts';
import { Program } from './clock.ts';
import { Disk, nameOf } from './disk.ts';
import type { Ground } from './ground.ts';
import type { History } from './history.ts';

/** So small that a short run meets every one of them. */
export const tight = {
  pageEvents: 20,
  pageBytes: 8 * 1024,
  resumeEventsPerRoom: 60,
  freshEventsPerRoom: 15,
  sendQueueBytes: 32 * 1024,
  sendQueueBurstBytes: 96 * 1024,
  sendQueuesBytes: 400 * 1024,
  packetsPerTurn: 4,
  appendsWaiting: 20,
} satisfies Partial<Limits>;

/** Log lines that only a fault of the server's own, or of a client's, makes it write. */
const badLines = new Set(['handler-failed', 'failed', 'store-close-failed', 'sweep-failed', 'malformed']);

type Up = { readonly program: Program; running?: RunningServer; isStopping: boolean };

export class Machine {
  readonly #ground: Ground;
  readonly #noLimits: boolean;
  readonly #histories = new Map<string, History>();
  disk: Disk;
  #server: Up | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#noLimits = ground.random() < 0.5;
    this.disk = this.#makeDisk();
  }

  get program(): Program | undefined {
    return this.#server?.program;
  }

  get stats(): ServerStats | undefined {
    return this.#server?.running?.stats();
  }

  get eventsStored(): number {
    return [...this.#histories.values()].reduce((sum, { length }) => sum + length, 0);
  }

  historyOf(logId: string): History {
    const found = this.#histories.get(logId);
    if (found === undefined) throw new Error(`There never was a log ${logId}.`);
    return found;
  }

  start(): void {
    const { clock, trace, wrong, now } = this.#ground;
    if (this.#server !== undefined || this.disk.isBusy) return;
    const program = new Program('server', '10.0.0.0');
    const server: Up = { program, isStopping: false };
    this.#server = server;
    clock.running = program;
    trace.note('start', 'server');
    const started = startServer({
      store: this.disk.open(),
      listen: [{ host: '127.0.0.1', port: 2428 }],
      name: 'simulation',
      version: '0.0.0',
      limits: tight,
      noLimits: this.#noLimits,
      now,
      log: (line) => this.#heed(line, program),
    });
    started.then(
      (running) => {
        server.running = running;
      },
      (error) => wrong(`the server did not start: ${error}`),
    );
  }

  stop(): void {
    const { clock, trace } = this.#ground;
    const server = this.#server;
    if (server?.running === undefined || server.isStopping) return;
    trace.note('stop', 'server');
    this.#ground.count('clean stops');
    server.isStopping = true;
    clock.running = server.program;
    void server.running.stop('restart').then(() => {
      if (this.#server !== server) return;
      this.#server = undefined;
      this.#ground.end(server.program);
    });
  }

  crash(): void {
    if (this.#server === undefined) return;
    const { writesWaiting } = this.disk;
    this.#ground.trace.note('crash', 'server', writesWaiting);
    this.#ground.count('crashes');
    if (writesWaiting > 0) this.#ground.count('crashes with writes waiting');
    const { program } = this.#server;
    this.#server = undefined;
    this.#ground.end(program);
    this.disk.crash();
  }

  /** The operator begins with a new log. What is under way to the server goes there: `texts` of the outboxes. */
  wipe(texts: readonly string[]): void {
    this.crash();
    if (this.disk.isBusy) return;
    this.#ground.trace.note('wipe', 'disk');
    this.#ground.count('new logs');
    this.disk = this.#makeDisk();
    for (const text of texts) this.disk.history.refused.add(nameOf(text));
  }

  /** One move of the disk, if there is one to make: something that was begun is done, read, or begun. */
  moveDisk(mayFail: boolean): boolean {
    const { random, trace, clock } = this.#ground;
    const { disk } = this;
    if (disk.isBusy) {
      trace.note('committed', 'disk');
      disk.finish(this.program);
      return true;
    }
    if (this.program === undefined) return false;
    clock.running = this.program;
    if (disk.readsWaiting > 0 && random() < 0.5) {
      trace.note('read', 'disk');
      disk.read();
      return true;
    }
    if (disk.writesWaiting === 0) return false;
    this.#commit(mayFail);
    return true;
  }

  #commit(mayFail: boolean): void {
    const { random, trace } = this.#ground;
    const { writesWaiting } = this.disk;
    const count = random() < 0.1 ? writesWaiting : 1 + this.#ground.pick(writesWaiting);
    if (!mayFail || random() >= 0.02) {
      trace.note('commit', 'disk', count);
      this.disk.commit(count);
      return;
    }
    const why = random() < 0.5 ? 'disk-full' : 'log-failed';
    trace.note(why, 'disk', count);
    this.#ground.count(why);
    this.disk.fail(count, why);
  }

  #heed({ event, fields }: LogLine, program: Program): void {
    if (!program.isAlive) return;
    if (badLines.has(event)) this.#ground.wrong(`the server logged ${event}: ${fields.why}`);
    if (event === 'login') this.#ground.count('logins');
    if (event !== 'session-ended') return;
    this.#ground.count(`sessions ended ${fields.why}`);
    if (fields.why === 'malformed') this.#ground.wrong('the server could not read what a client sent');
  }

  #makeDisk(): Disk {
    const { clock, random, now, wrong } = this.#ground;
    const disk = new Disk({ clock, random, now, wrong });
    this.#histories.set(disk.history.logId, disk.history);
    return disk;
  }
}
