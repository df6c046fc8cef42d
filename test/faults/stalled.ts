// Readers that stop reading, and what they have at the end. As a program it is a process full of them, for SIGSTOP:
// argv is a StalledPlan; it says `ready`, and once it goes on and its readers are back, what each of them has.
import type { DeviceKey } from '../../src/net/identity.ts';
import type { LogEvent } from '../../src/protocol/packet.ts';
import { type WireAddress, WireClient } from '../helpers/wire-client.ts';

export type StalledPlan = {
  readonly port: number;
  readonly readers: number;
  /** So many of them come back. */
  readonly returning: number;
  readonly nick: string;
};

export type Reader = { readonly client: WireClient; readonly upTo: number };
export type Had = {
  /** The server's last word on the connection that stood. */
  readonly bye: string;
  /** Seqs of all messages since the reader was there, each as often as it came. */
  readonly seqs: readonly number[];
};

export async function enterReader(address: WireAddress, nick: string): Promise<Reader> {
  const client = await WireClient.enter(address, nick);
  const { upTo } = await client.sync();
  return { client, upTo };
}

/** Reads on, meets its end, comes back and asks for the rest. */
export async function comeBack({ client, upTo }: Reader, address: WireAddress): Promise<Had> {
  client.connection.resume();
  await client.ended;
  const bye = client.came.findLast((packet) => packet.kind === 'bye');
  const live = client.events.filter(isMessage).map(({ seq }) => seq as number);
  const rest = await resumed(address, client.device, live.at(-1) ?? upTo);
  return { bye: bye?.kind === 'bye' ? bye.reason : 'nothing', seqs: [...live, ...rest] };
}

async function resumed(address: WireAddress, device: DeviceKey, after: number): Promise<number[]> {
  const again = await WireClient.login(address, {}, device);
  const welcome = again.came.find((packet) => packet.kind === 'welcome');
  if (welcome?.kind !== 'welcome') throw new Error('no welcome');
  const { events, gaps } = await again.sync({ logId: welcome.logId, after: after as LogEvent['seq'] });
  await again.close();
  if (gaps.length > 0) throw new Error('more was missed than a resume brings');
  return events.filter(isMessage).map(({ seq }) => seq as number);
}

function isMessage({ type }: { readonly type: string }): boolean {
  return type === 'message';
}

async function beProcess(plan: StalledPlan): Promise<void> {
  const readers: Reader[] = [];
  for (let n = 0; n < plan.readers; n += 1) readers.push(await enterReader(plan, `${plan.nick}${n}`));
  process.send?.({ ready: true });
  const had: Had[] = [];
  for (const reader of readers.slice(0, plan.returning)) had.push(await comeBack(reader, plan));
  process.send?.({ had }, () => process.exit());
}

if (process.argv[1] === import.meta.filename)
  await beProcess(JSON.parse(process.argv[2] ?? '') as StalledPlan);
