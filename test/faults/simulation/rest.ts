// A time without faults and acts, until everything that is due has come; then what must hold at rest is looked at, and
// a client that starts anew has to see what the others see.
import type { Cast } from './cast.ts';
import type { Ground } from './ground.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';

/** Long enough for dark connections to be found out, leaves to be told and clients to be back. */
const restMs = 120_000;
const restsMost = 8;

export class Rest {
  readonly #ground: Ground;
  readonly #machine: Machine;
  readonly #cast: Cast;
  #until: number;
  #extended = 0;
  #fresh: Life | undefined;
  isOver = false;

  constructor(ground: Ground, machine: Machine, cast: Cast) {
    this.#ground = ground;
    this.#machine = machine;
    this.#cast = cast;
    this.#until = ground.clock.now + restMs;
    for (const socket of ground.network.sockets) socket.isStalled = false;
    // Whose member has no other program is to be gone when all is quiet.
    cast.killSomebody();
    cast.tidy();
  }

  /** Nothing can happen before the next timer. True: that one is still part of the rest. */
  goesOn(): boolean {
    if (this.#ground.clock.dueAt <= this.#until) return true;
    this.#cast.tidy();
    const restless = this.#cast.lives.filter(({ isAtRest }) => !isAtRest);
    if (restless.length > 0) this.#extend(restless);
    else this.#look();
    return false;
  }

  #extend(restless: readonly Life[]): void {
    this.#extended += 1;
    this.#until = this.#ground.clock.now + restMs;
    if (this.#extended <= restsMost) return;
    this.#ground.wrong(`these never come to rest: ${restless.map(describe).join(', ')}`);
  }

  #look(): void {
    this.#checkAcks();
    this.#checkViews();
    this.#checkPresence();
    if (this.#fresh === undefined) {
      this.#fresh = this.#cast.bearAny();
      this.#until = this.#ground.clock.now + restMs;
      return;
    }
    for (const life of this.#cast.lives)
      if (life.person === this.#fresh.person) this.#compare(life, this.#fresh);
    this.#cast.end(this.#fresh);
    this.#ground.count('rests');
    this.isOver = true;
  }

  #checkAcks(): void {
    const { history } = this.#machine.disk;
    for (const [text, seq] of history.acked) {
      const body = history.at(seq)?.body;
      const isKept = body?.type === 'message' && body.text === text;
      if (!isKept) this.#ground.wrong(`an acknowledged post is not in the log: ${text.slice(0, 40)}`);
    }
  }

  #checkViews(): void {
    const { history } = this.#machine.disk;
    for (const { viewer, name } of this.#cast.lives) {
      if (viewer.history !== history) this.#ground.wrong(`${name} stands in a log that is gone`);
      for (const room of viewer.rooms()) viewer.finish(room);
    }
  }

  #checkPresence(): void {
    const { lives } = this.#cast;
    const { wrong } = this.#ground;
    const stats = this.#machine.stats;
    const chats = lives.filter(({ person }) => person.role === 'chat');
    const online = new Set(chats.map(({ person }) => person)).size;
    if (stats?.online !== online) wrong(`${stats?.online} are online for the server, and ${online} are`);
    if (stats?.sessions !== lives.length) {
      wrong(`the server has ${stats?.sessions} sessions of ${lives.length} clients`);
    }
    if (stats?.queuedBytes !== 0) wrong(`${stats?.queuedBytes} bytes are queued though all was taken`);
  }

  #compare({ name, viewer }: Life, fresh: Life): void {
    const { history, member } = viewer;
    if (history === undefined || member === undefined) return;
    for (const room of fresh.viewer.rooms()) {
      const from = history.joinedAt(member, room) ?? Number.POSITIVE_INFINITY;
      const seqs = history.inRoom(room).slice(history.placeFrom(room, from));
      const missed = seqs.find((seq) => fresh.viewer.told.has(seq) && !viewer.has(seq, room));
      if (missed === undefined) continue;
      this.#ground.wrong(`${name} does not show ${missed} of #${room}, a fresh client does`);
    }
  }
}

function describe({ name, client, questions }: Life): string {
  return `${name} (${client.status.is}, ${client.outbox.length} in the outbox, ${questions} questions)`;
}
