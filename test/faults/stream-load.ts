// Sends hostile streams, many at once, and says what was not met. A process of its own, so that what it costs to make
// them holds nobody up whose answers are timed. Child process: argv is a StreamPlan, it answers a StreamResult.
import { setTimeout as delay } from 'node:timers/promises';
import { makeDeviceKey } from '../../src/net/identity.ts';
import {
  corpusStreams,
  isCutBeforeLogin,
  meet,
  missed,
  patienceMs,
  type Stream,
  seededStream,
} from '../helpers/hostile-streams.ts';
import { WireClient } from '../helpers/wire-client.ts';
import { randomFrom } from './size.ts';

export type StreamPlan = {
  readonly port: number;
  readonly phase: 'before' | 'after';
  /** Streams in all: first those of the corpus, then seeded ones. After each the parent hears `{ended}`. */
  readonly streams: number;
  readonly atOnce: number;
  readonly seed: number;
};

export type StreamResult = {
  readonly sent: number;
  /** Name of the stream, and what its sender should have met. */
  readonly wrong: readonly (readonly [stream: string, wanted: string])[];
  readonly cut: number;
  readonly refused: number;
  readonly served: number;
};

const plan = JSON.parse(process.argv[2] ?? '') as StreamPlan;
const random = randomFrom(plan.seed);
const corpus = corpusStreams(2_000);
const counts = { sent: 0, cut: 0, refused: 0, served: 0 };
const wrong: (readonly [string, string])[] = [];

function next(): Stream | undefined {
  if (counts.sent >= plan.streams || wrong.length > 0) return undefined;
  const n = counts.sent;
  counts.sent += 1;
  return corpus[n] ?? seededStream(random, n);
}

/** Never says hello. */
async function stranger(stream: Stream): Promise<void> {
  const client = await WireClient.dial(plan);
  for (const piece of stream.writes) client.connection.send(piece);
  const mustBeCut = isCutBeforeLogin(stream);
  if (!mustBeCut || stream.end === 'reset') client.connection.destroy();
  const isOver = await Promise.race([
    client.ended.then(() => true),
    delay(patienceMs, false, { ref: false }),
  ]);
  client.connection.destroy();
  if (!isOver) wrong.push([stream.name, 'closed before login']);
  const said = client.came.filter(({ kind }) => kind !== 'challenge').map(({ kind }) => kind);
  if (mustBeCut) counts.cut += 1;
  else counts.served += 1;
  const isFew = said.length <= 2 && said.every((kind) => kind === 'error' || kind === 'bye');
  if (!isFew) wrong.push([stream.name, `one error and bye before login, not ${said.join(' ')}`]);
}

async function member(stream: Stream, device: ReturnType<typeof makeDeviceKey>): Promise<void> {
  const client = await WireClient.login(plan, {}, device);
  const met = await meet(client, stream);
  counts[met.isCut ? 'cut' : met.codes.length > 0 ? 'refused' : 'served'] += 1;
  const miss = missed(stream, met);
  if (miss !== undefined) wrong.push([stream.name, miss]);
}

async function lane(number: number): Promise<void> {
  const device = makeDeviceKey();
  if (plan.phase === 'after') {
    const first = await WireClient.enter(plan, `mallory${process.pid}.${number}`, device);
    await first.close();
  }
  for (let stream = next(); stream !== undefined; stream = next()) {
    await (plan.phase === 'after' ? member(stream, device) : stranger(stream));
    process.send?.({ ended: stream.name });
  }
}

await Promise.all(Array.from({ length: plan.atOnce }, (_, number) => lane(number)));
process.send?.({ result: { ...counts, wrong: wrong.slice(0, 20) } satisfies StreamResult });
process.disconnect?.();
