// Somebody who searches, in a process of its own: a real client over TLS that types one search after the other, as often
// as people's fingers ask. Child process: argv is a SearcherPlan; it says `online`, and at `{end}` how many it `asked`.
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '../../src/client/session.ts';
import type { DeviceKey } from '../../src/net/identity.ts';

export type SearcherPlan = {
  readonly port: number;
  readonly pin?: string;
  readonly device: DeviceKey;
  readonly queries: readonly string[];
  readonly perSecond: number;
};

const { port, pin, device, queries, perSecond } = JSON.parse(process.argv[2] ?? '') as SearcherPlan;
const where = pin === undefined ? ({ isPlain: true } as const) : { pin };
const client = createClient({
  resolve: async () => ({ host: '127.0.0.1', port, ...where }),
  role: 'script',
  device,
  agent: 'bench',
});
await client.ready();
await client.search(queries[0] ?? '', { limit: 100 });
let isGoing = true;
process.on('message', () => {
  isGoing = false;
});
process.on('disconnect', () => process.exit(0));
process.send?.({ online: true });
const begun = performance.now();
let asked = 0;
while (isGoing) {
  await client.search(queries[asked % queries.length] ?? '', { limit: 100 });
  asked += 1;
  await delay(Math.max(0, begun + (asked * 1_000) / perSecond - performance.now()));
}
process.send?.({ asked });
