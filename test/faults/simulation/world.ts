// A server and its clients in one process, on a clock, a network and a disk whose every move is drawn from a seed. Each
// step is one callback of Node's loop in one of the programs: something delivered, a timer, a commit, a person's act, a
// fault. In between, Node runs the promises and ticks as ever.
import { Cast } from './cast.ts';
import type { Program } from './clock.ts';
import { Ground } from './ground.ts';
import { Machine, tight } from './machine.ts';
import type { SimSocket } from './network.ts';
import { Rest } from './rest.ts';

/** Steps between two times of rest. */
const busySteps = 16_000;
/** The likelihoods are drawn anew after so many steps: slow disks and storms of cuts have their turn. */
const moodSteps = 256;
const watchSteps = 100;

type Mood = {
  readonly fault: number;
  readonly act: number;
  readonly commit: number;
  readonly clock: number;
  readonly turn: number;
  /** Of what is delivered, how much comes in pieces. */
  readonly split: number;
};

export class World {
  readonly ground: Ground;
  readonly machine: Machine;
  readonly #cast: Cast;
  #mood: Mood;
  #rest: Rest | undefined;
  /** A program whose immediates run now: all that were set when its turn came, as in Node's check phase. */
  #turn: { readonly program: Program; left: number } | undefined;
  #busyUntil = busySteps;
  steps = 0;

  constructor(seed: number) {
    const ground = new Ground(seed);
    const machine = new Machine(ground);
    this.ground = ground;
    this.machine = machine;
    this.#cast = new Cast(ground, {
      random: ground.random,
      now: ground.now,
      wrong: ground.wrong,
      historyOf: (logId) => machine.historyOf(logId),
      history: () => machine.disk.history,
    });
    this.#mood = this.#makeMood();
  }

  get isAtRest(): boolean {
    return this.#rest !== undefined;
  }

  step(): void {
    this.steps += 1;
    if (this.#goOnWithTurn()) return;
    if (this.steps % watchSteps === 0) this.#watch();
    if (this.#rest !== undefined) this.#calm(this.#rest);
    else if (this.steps >= this.#busyUntil) this.#rest = new Rest(this.ground, this.machine, this.#cast);
    else this.#busy();
  }

  #calm(rest: Rest): void {
    if (this.machine.moveDisk(false) || this.#deliver(0) || this.#beginTurn()) return;
    if (this.machine.program === undefined) this.machine.start();
    else if (rest.goesOn()) this.#passTime();
    if (!rest.isOver) return;
    this.#rest = undefined;
    this.#busyUntil = this.steps + busySteps;
  }

  #busy(): void {
    if (this.steps % moodSteps === 0) this.#mood = this.#makeMood();
    const { fault, act, commit, clock, turn, split } = this.#mood;
    let choice = this.ground.random();
    const fallsOn = (share: number) => {
      choice -= share;
      return choice < 0;
    };
    if (fallsOn(fault)) this.#fault();
    else if (fallsOn(act) && this.#cast.act()) return;
    else if (fallsOn(commit) && this.machine.moveDisk(true)) return;
    else if (fallsOn(clock)) this.#passTime();
    else if (fallsOn(turn) && this.#beginTurn()) return;
    else if (!this.#deliver(split) && !this.#beginTurn()) this.#idle();
  }

  /** Nothing is under way: mostly somebody does something before time passes. */
  #idle(): void {
    if (this.machine.program === undefined && this.ground.random() < 0.2) this.machine.start();
    else if (this.ground.random() >= 0.7 || !this.#cast.act()) this.#passTime();
  }

  #makeMood(): Mood {
    const { random } = this.ground;
    return {
      fault: random() < 0.3 ? 0.02 : 0.004,
      act: random() * 0.12,
      commit: random() < 0.2 ? 0.005 : random() * 0.2,
      clock: random() < 0.1 ? 0.2 : random() * 0.05,
      turn: 0.05 + random() * 0.3,
      split: random() * 0.5,
    };
  }

  // What the loop of a program does.

  #goOnWithTurn(): boolean {
    const turn = this.#turn;
    if (turn === undefined) return false;
    const immediate = turn.program.immediates.shift();
    turn.left -= 1;
    if (turn.left <= 0 || immediate === undefined) this.#turn = undefined;
    if (immediate === undefined) return false;
    this.ground.trace.note('turn', turn.program.name);
    this.ground.clock.running = turn.program;
    immediate.run();
    return true;
  }

  #beginTurn(): boolean {
    const programs = this.#cast.lives.map(({ program }) => program);
    if (this.machine.program !== undefined) programs.push(this.machine.program);
    const from = this.ground.pick(programs.length);
    for (let index = 0; index < programs.length; index += 1) {
      const program = programs[(from + index) % programs.length];
      if (program === undefined || program.immediates.length === 0) continue;
      this.#turn = { program, left: program.immediates.length };
      return this.#goOnWithTurn();
    }
    return false;
  }

  #deliver(split: number): boolean {
    const { trace, network } = this.ground;
    const { sockets } = network;
    const from = this.ground.pick(sockets.length);
    for (let index = 0; index < sockets.length; index += 1) {
      const socket = sockets[(from + index) % sockets.length];
      const due = socket?.due;
      if (socket === undefined || due === undefined) continue;
      const isPart = due === 'data' && split > 0 && this.ground.random() < split;
      const bytes = isPart ? 1 + this.ground.pick(socket.comingBytes) : socket.comingBytes;
      if (isPart) this.ground.count('pieces of frames');
      trace.note(due, socket.name, bytes);
      const chunk = socket.happen(bytes);
      if (chunk !== undefined) trace.bytes(chunk);
      return true;
    }
    return false;
  }

  #passTime(): void {
    const { clock, trace } = this.ground;
    if (clock.dueAt === Number.POSITIVE_INFINITY) return;
    const program = clock.wake();
    trace.note('timer', program.name, clock.now);
  }

  // Faults.

  #fault(): void {
    const choice = this.ground.random();
    if (choice < 0.5) this.#disturb();
    else if (choice < 0.55) this.#cast.killSomebody();
    else if (choice < 0.58) this.machine.crash();
    else if (choice < 0.6) this.machine.stop();
    else if (choice < 0.62) this.#jump();
    else if (choice < 0.63) this.machine.wipe(this.#underWay());
    else if (this.machine.program === undefined) this.machine.start();
    else this.#release();
  }

  #disturb(): void {
    const { network, random, trace } = this.ground;
    const socket = network.sockets[this.ground.pick(network.sockets.length)];
    if (socket === undefined) return;
    const choice = random();
    const kind = choice < 0.5 ? 'cut' : choice < 0.58 ? 'dark' : 'stall';
    trace.note(kind, socket.name, socket.comingBytes);
    this.ground.count(kind);
    if (kind === 'cut') this.#cut(socket);
    else if (kind === 'dark') socket.darken();
    else socket.isStalled = true;
  }

  #cut(socket: SimSocket): void {
    const bytes = socket.comingBytes + (socket.peer?.comingBytes ?? 0);
    if (bytes > 0) this.ground.count('cut with bytes in flight');
    socket.cut(this.ground.random);
  }

  #release(): void {
    for (const socket of this.ground.network.sockets) {
      if (socket.isStalled && this.ground.random() < 0.3) socket.isStalled = false;
    }
  }

  /** Somebody sets the wall clock, or a lid was closed over everything. */
  #jump(): void {
    const { random, trace, clock } = this.ground;
    if (random() < 0.5) {
      this.ground.skewMs += (random() - 0.5) * 7_200_000;
      trace.note('wall clock', '', this.ground.skewMs);
      this.ground.count('clock jumps');
    } else {
      clock.now += random() * 200_000;
      trace.note('sleep', '', clock.now);
      this.ground.count('sleeps');
    }
  }

  #underWay(): string[] {
    const entries = this.#cast.lives.flatMap(({ client }) => client.outbox);
    return entries.flatMap(({ saying }) => (saying.kind === 'post' ? saying.text : []));
  }

  /** What must hold at any time, looked at now and then. */
  #watch(): void {
    const queued = this.machine.stats?.queuedBytes ?? 0;
    const { counts, wrong } = this.ground;
    counts['most bytes queued'] = Math.max(counts['most bytes queued'] ?? 0, queued);
    if (queued > tight.sendQueuesBytes) wrong(`${queued} bytes are queued in all`);
  }
}
