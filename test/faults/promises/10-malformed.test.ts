// Promise 10: malformed streams do no more than end who sent them. The built server takes the corpus and seeded streams
// of each of its classes, before and after login, many at once, while a witness is answered all along.
import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { residentMiB } from '../../bench/measure.ts';
import { Home, type Served } from '../../helpers/program.ts';
import { WireClient } from '../../helpers/wire-client.ts';
import { isLong, patient, report, seed, sized } from '../size.ts';
import type { StreamPlan, StreamResult } from '../stream-load.ts';

/** In each phase; the corpus has 2,274. */
const streams = sized({ quick: 2_400, long: 100_000 });
const phases = ['before', 'after'] as const;
/**
 * What a warm server keeps is no growth: it comes to its level, about 30 MiB over a server that nobody called, within
 * 40,000 streams after login, and stays there.
 */
const warmUp = 40_000;
const atOnce = 16;
const answerMsMax = 100;
const growthMiBMax = 16;

type Heard = { readonly ended: string } | { readonly result: StreamResult };

/** Tells of each stream that has ended as `ended`. */
async function send(plan: Omit<StreamPlan, 'atOnce' | 'seed'>, streams: EventEmitter): Promise<StreamResult> {
  const file = join(import.meta.dirname, '..', 'stream-load.ts');
  const child = fork(file, [JSON.stringify({ ...plan, atOnce, seed })]);
  const came = Promise.withResolvers<StreamResult>();
  child.on('message', (heard: Heard) => {
    if ('result' in heard) came.resolve(heard.result);
    else streams.emit('ended');
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the sender of streams ended with ${code}`);
  });
  const result = await Promise.race([came.promise, gone]);
  await gone.catch(() => undefined);
  return result;
}

type Watched = { readonly pings: number; readonly worstMs: number };

/** A ping whenever a stream has ended, each answered before the next, until `over` is settled. */
async function watch(witness: WireClient, streams: EventEmitter, over: Promise<unknown>): Promise<Watched> {
  let [pings, worstMs] = [0, 0];
  const isOver = over.then(() => true);
  while (!(await Promise.race([once(streams, 'ended').then(() => false), isOver]))) {
    pings += 1;
    const at = performance.now();
    witness.send({ kind: 'ping', n: pings });
    expect((await witness.next('pong')).n).toBe(pings);
    worstMs = Math.max(worstMs, performance.now() - at);
  }
  return { pings, worstMs };
}

function errorsOf({ child }: Served): string[] {
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors.push(...text.split('\n').filter((line) => line.includes('"level":"error"')));
  });
  return errors;
}

/** Events of members whom nobody let in. By their number, for a stream whose bits fell well gives a new nick. */
function strangers(witness: WireClient): unknown[] {
  const welcome = witness.came.find((packet) => packet.kind === 'welcome');
  const known = new Set(welcome?.kind === 'welcome' ? [welcome.member] : []);
  return witness.events.filter(({ type, nick, member }) => {
    if (type === 'join' && /^mallory[\d.]+$/.test(nick)) known.add(member);
    return !known.has(member);
  });
}

test('malformed streams end only who sent them, and a witness is answered all along', patient, async () => {
  await using home = new Home();
  const served = await home.serve(['--open', '--no-limits', '--plain-tcp']);
  const errors = errorsOf(served);
  const pid = served.child.pid ?? 0;
  const witness = await WireClient.enter(served, 'witness1');
  const streamsOf = new EventEmitter();
  if (isLong)
    for (const phase of phases) await send({ port: served.port, phase, streams: warmUp }, streamsOf);
  const before = residentMiB(pid);
  const seen: Watched[] = [];
  const results: StreamResult[] = [];
  const begun = performance.now();
  for (const phase of phases) {
    const sending = send({ port: served.port, phase, streams }, streamsOf);
    seen.push(await watch(witness, streamsOf, sending));
    results.push(await sending);
  }
  const seconds = (performance.now() - begun) / 1_000;
  expect(served.child.exitCode).toBeNull();
  const wrong = results.flatMap((result) => result.wrong.map(([name, wanted]) => `${name}: ${wanted}`));
  expect(wrong[0]).toBeUndefined();
  expect(results.map(({ sent }) => sent)).toEqual([streams, streams]);
  expect(errors).toEqual([]);
  await expect(witness.post('still served')).resolves.toMatchObject({ kind: 'ack' });
  expect(strangers(witness), 'events of others than those who are here').toEqual([]);
  const worstMs = Math.max(...seen.map((one) => one.worstMs));
  const growth = residentMiB(pid) - before;
  const pings = seen.reduce((sum, one) => sum + one.pings, 0);
  expect(pings).toBeGreaterThan(streams / 10);
  const [outside, inside] = results;
  report({
    promise: 10,
    did: `${streams} streams before and as many after login, ${atOnce} at once, ${Math.round((2 * streams) / seconds)}/s`,
    saw:
      `before: ${outside?.cut} cut; after: ${inside?.cut} cut, ${inside?.refused} refused, ${inside?.served} served; ` +
      `${pings} pings, 0 lost, worst ${worstMs.toFixed(0)} ms; memory ${growth.toFixed(1)} MiB more`,
  });
  if (isLong) {
    expect(worstMs).toBeLessThanOrEqual(answerMsMax);
    expect(growth).toBeLessThanOrEqual(growthMiBMax);
  }
});
