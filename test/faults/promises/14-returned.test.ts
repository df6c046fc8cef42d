// Promise 14: clients come back by themselves, spread out. Everybody is in one room behind one address, over TLS and
// with the default limits, when the server restarts: all are back in time, their dials are not one crowd, and each
// person reads one line that the connection went and one that it is there again.
import { expect, test } from 'vitest';
import { clientBounds } from '../../../src/client/bounds.ts';
import type { ClientEvent } from '../../../src/client/client.ts';
import { PlainView } from '../../../src/ui/plain-view.ts';
import { general } from '../../helpers/chat-client.ts';
import { Chat } from '../harness/chat.ts';
import { delay } from '../harness/load.ts';
import { patienceMs } from '../harness/patience.ts';
import { Served } from '../harness/served.ts';
import { isLong, randomFrom, report, seed, sized } from '../size.ts';

const people = sized({ quick: 100, long: 500 });
const restarts = sized({ quick: 1, long: 3 });
const backWithinMs = 15_000;
const crowdedMs = 50;

/** One person: the client, what plain mode prints, and when it dialled and came back. */
class Person {
  readonly chat: Chat;
  /** What is printed about the connection. */
  readonly notices: string[] = [];
  /** Milliseconds until the first dial behind the loss, as it was drawn. */
  firstPauseMs: number | undefined;
  backAt = 0;

  constructor(nick: string, served: Served, random: () => number) {
    this.chat = new Chat({ nick, address: () => served.address(), random });
    const view = new PlainView({
      client: this.chat.client,
      room: general,
      own: 'typed-there',
      print: () => undefined,
      warn: (line) => void this.notices.push(line),
      now: Date.now,
    });
    this.chat.client.listen((event) => {
      view.tell(event);
      this.#note(event);
    });
  }

  /** From here on anew. */
  forget(): void {
    this.notices.length = 0;
    this.firstPauseMs = undefined;
    this.backAt = 0;
  }

  #note(event: ClientEvent): void {
    if (event.type !== 'status') return;
    if (event.status.is === 'waiting') this.firstPauseMs ??= event.status.until - Date.now();
    if (event.status.is === 'online') this.backAt = performance.now();
  }
}

test(
  'all are back in time, spread out, and with one notice each',
  async () => {
    const served = await Served.start();
    const everybody = Array.from(
      { length: people },
      (_, n) => new Person(`person${n}`, served, randomFrom(seed + n)),
    );
    await Promise.all(everybody.map(({ chat }) => chat.client.ready()));
    await Promise.all(everybody.map(({ chat }) => chat.client.join(general)));
    const saw: string[] = [];
    for (let restart = 0; restart < restarts; restart += 1) {
      // Who was just refused, or cut again and again, waits longer, and rightly so.
      if (isLong) await delay(clientBounds.stableMs);
      saw.push(await restartUnder(served, everybody, restart % 2 === 0 ? 'SIGTERM' : 'SIGKILL'));
    }
    report({
      promise: 14,
      did: `${restarts} restarts (SIGTERM and SIGKILL in turn) under ${people} clients behind one address, default limits, TLS`,
      saw: saw.join('; '),
    });
  },
  patienceMs,
);

async function restartUnder(
  served: Served,
  everybody: readonly Person[],
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<string> {
  for (const person of everybody) person.forget();
  await served.end(signal);
  await served.start();
  const listening = performance.now();
  const isSettled = ({ chat, backAt }: Person) => backAt > 0 || chat.client.status.is === 'ended';
  await Promise.all(everybody.map((person) => person.chat.until(() => isSettled(person))));
  const returned = everybody.filter(({ chat }) => chat.client.status.is === 'online');
  expect(returned.length, 'came back').toBe(everybody.length);
  const pauses = everybody.map(({ firstPauseMs = 0 }) => firstPauseMs).toSorted((a, b) => a - b);
  expectSpread(pauses);
  const several = everybody.filter(({ notices }) => notices.length !== 2);
  expect(
    several.map(({ notices }) => notices),
    'one notice that it went, one that it is back',
  ).toEqual([]);
  const back = everybody.map(({ backAt }) => backAt - listening).toSorted((a, b) => a - b);
  if (isLong) expect(back.at(-1)).toBeLessThan(backWithinMs);
  return `back after ${shares(back)} ms, first pauses ${shares(pauses)} ms`;
}

/** Of first pauses drawn evenly over their 250 ms a fifth lies within any 50; later ones are longer, and lie wider. */
function expectSpread(pauses: readonly number[]): void {
  const within = (from: number) => pauses.filter((ms) => ms >= from && ms <= from + crowdedMs).length;
  const most = Math.max(...pauses.map(within));
  expect(most / pauses.length, 'the dials are spread').toBeLessThan(0.4);
}

function shares(sorted: readonly number[]): string {
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return `${at(0)}/${at(0.1)}/${at(0.5)}/${at(0.9)}/${at(1)} (least, tenth, half, nine tenths, most)`;
}
