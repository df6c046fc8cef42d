// Runs one simulation: takes the globals' place, makes step after step, each in a turn of Node's own loop, and tells
// what came of it. The same seed gives the same run to the last byte.
import { install, nextTurn } from './clock.ts';
import { surroundWith } from './stand-ins.ts';
import { World } from './world.ts';

export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  /** Of every step and every byte that was delivered. */
  readonly hash: string;
  readonly counts: Readonly<Record<string, number>>;
  /** What it took, on a real clock. */
  readonly ms: number;
  /** What did not hold, with the last steps; absent: everything held. */
  readonly wrong?: string;
};

/** So many steps are made in one go; then whoever else lives in this process has its turn, with globals of its own. */
const batch = 64;

/** Takes `steps` and those to the end of the next rest; ends earlier when something does not hold. */
export async function simulate(seed: number, steps: number): Promise<Outcome> {
  const world = new World(seed);
  const begun = Date.now();
  surroundWith(world.ground);
  const isDone = () => {
    return world.ground.failure !== undefined || (world.steps >= steps && !world.isAtRest);
  };
  while (!isDone()) await makeSteps(world, isDone);
  surroundWith(undefined);
  return outcome(world, seed, Date.now() - begun);
}

/** Immediates of one turn follow each other directly, and between two of them Node runs all that was promised. */
function makeSteps(world: World, isDone: () => boolean): Promise<void> {
  let restore: (() => void) | undefined;
  const make = () => {
    restore ??= install(world.ground.clock);
    if (!isDone()) attempt(world);
  };
  return new Promise((resolve) => {
    for (let index = 0; index < batch; index += 1) nextTurn(make);
    nextTurn(() => {
      restore?.();
      resolve();
    });
  });
}

function attempt(world: World): void {
  try {
    world.step();
  } catch (error) {
    world.ground.wrong(error instanceof Error ? String(error.stack) : String(error));
  }
}

function outcome({ ground, machine, steps }: World, seed: number, ms: number): Outcome {
  const { failure, trace } = ground;
  const counts = { ...ground.counts, 'events stored': machine.eventsStored };
  const all = { seed, steps, hash: trace.hash, counts, ms };
  if (failure === undefined) return all;
  const replay = `Seed ${seed}, step ${steps}; again: FAULT_SEED=${seed} npm run faults -- simulation`;
  return { ...all, wrong: `${failure}\n${replay}\nThe steps before it:\n${trace.last()}` };
}
