// People who post at a rate, in a process of its own: real clients over TLS, texts of 40 to 100 bytes of which none is
// like another. Child process: argv is a PosterPlan; it says `online`, and after each `{begin}` message posts until
// `posts` of them are acknowledged, or until `{end}`, and a last one behind them all, and says `posted`.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/session.ts';
import { makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import { lastTextOf, textOf } from './texts.ts';

export type PosterPlan = { readonly port: number; readonly pin: string; readonly writers: number };
export type PosterOrder = { readonly begin: Burst } | { readonly end: true };
export type Burst = {
  /** The first word of each text, before its number. */
  readonly word: string;
  readonly perSecond: number;
  readonly posts: number;
};

const plan = JSON.parse(process.argv[2] ?? '') as PosterPlan;
const room = 'general' as RoomName;
async function enter(nick: string): Promise<Client> {
  const client = createClient({
    resolve: async () => ({ host: '127.0.0.1', port: plan.port, pin: plan.pin }),
    role: 'chat',
    device: makeDeviceKey(),
    agent: 'bench',
    nick,
  });
  await client.ready();
  await client.join(room);
  return client;
}

let isEnding = false;

async function post(writers: readonly Client[], { word, perSecond, posts }: Burst): Promise<void> {
  const begun = performance.now();
  const acks: Promise<unknown>[] = [];
  isEnding = false;
  while (acks.length < posts && !isEnding) {
    const due = Math.min(posts, ((performance.now() - begun) / 1_000) * perSecond);
    for (; acks.length < due; ) {
      const writer = writers[acks.length % writers.length];
      if (writer) acks.push(writer.post(room, textOf(word, acks.length)));
    }
    await delay(1);
  }
  await Promise.all(acks);
  await writers[0]?.post(room, lastTextOf(word));
  process.send?.({ posted: { posts: acks.length, seconds: (performance.now() - begun) / 1_000 } });
}

const nicks = ['bob', 'carl', 'dora', 'emil', 'finn', 'gina', 'hugo', 'ines'];
const writers = await Promise.all(nicks.slice(0, plan.writers).map(enter));
process.on('message', (order: PosterOrder) => {
  if ('end' in order) isEnding = true;
  else void post(writers, order.begin);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ online: true });
