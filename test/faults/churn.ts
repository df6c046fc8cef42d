// People coming and going, all day long: what a server must have forgotten when they are gone. The operations take
// turns, a lane each for some members, so that a count of them says what was done.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { Sha256 } from '../../src/protocol/packet.ts';
import { general, type WireAddress, WireClient } from '../helpers/wire-client.ts';

export type ChurnPlan = {
  readonly address: WireAddress;
  readonly token: string;
  readonly lanes: number;
  /** Asked before each operation. */
  readonly goesOn: (done: number) => boolean;
};

type Lane = { client: WireClient; readonly plan: ChurnPlan };
type Operation = (lane: Lane, n: number) => Promise<unknown>;

/** The bytes arrive, or are cut off in the middle. */
async function upload({ client, plan }: Lane, how: 'whole' | 'cut'): Promise<void> {
  const bytes = randomBytes(100_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  const offer = { kind: 'offer' as const, room: general, name: 'x.bin', size: bytes.length, sha256 };
  const { ticket } = await client.askFor('ticket', offer);
  const line = await WireClient.dial(plan.address, client.device);
  const going = line.detachAtGo();
  line.hello({ role: 'transfer', ticket });
  const { stream } = await going;
  const closed = once(stream, 'close');
  stream.on('error', () => undefined).resume();
  stream.write(how === 'whole' ? bytes : bytes.subarray(0, 40_000), () => {
    if (how === 'cut') stream.destroy();
  });
  await closed;
}

const operations: readonly Operation[] = [
  // A visitor says hello and leaves: half of all, for each of them has a budget of its own.
  async ({ plan }) => (await WireClient.login(plan.address, { role: 'script', token: plan.token })).close(),
  async (lane) => lane.client.post('another one'),
  async ({ plan }) => (await WireClient.login(plan.address, { role: 'script', token: plan.token })).close(),
  async ({ client }, n) => {
    const room = `room-${n % 500}` as RoomName;
    await client.ask({ kind: 'join', room });
    await client.ask({ kind: 'part', room });
  },
  async ({ plan }) => (await WireClient.login(plan.address, { role: 'script', token: plan.token })).close(),
  async (lane) => {
    const { device } = lane.client;
    await lane.client.close();
    lane.client = await WireClient.enter(lane.plan.address, 'unused', device);
  },
  async ({ plan }) => (await WireClient.login(plan.address, { role: 'script', token: plan.token })).close(),
  async ({ plan }) => {
    await WireClient.login(plan.address, { nick: 'nobody', token: 'wrong' }).catch(() => undefined);
    const stranger = connect(plan.address.port, '127.0.0.1');
    await once(stranger, 'connect');
    stranger.on('error', () => undefined).write('\0\0');
    stranger.destroy();
  },
  async ({ plan }) => (await WireClient.login(plan.address, { role: 'script', token: plan.token })).close(),
  async (lane, n) => {
    const { client } = lane;
    const sha256 = createHash('sha256').update(`never sent ${n}`).digest('hex');
    if (n % 3 === 0)
      await client.ask({ kind: 'offer', room: general, name: 'x', size: 9, sha256: sha256 as Sha256 });
    else await upload(lane, n % 3 === 1 ? 'whole' : 'cut');
  },
];

/** Gives how much was done, when everybody has left. */
export async function churn(plan: ChurnPlan): Promise<number> {
  let done = 0;
  const run = async (number: number) => {
    const hello = { nick: `lane${number}`, token: plan.token };
    const known = await WireClient.login(plan.address, hello, device(number));
    await known.close();
    const lane: Lane = { client: await WireClient.enter(plan.address, 'unused', known.device), plan };
    while (plan.goesOn(done)) {
      const n = done;
      done += 1;
      await operations[n % operations.length]?.(lane, Math.floor(n / operations.length));
    }
    await lane.client.close();
  };
  await Promise.all(Array.from({ length: plan.lanes }, (_, number) => run(number)));
  return done;
}

const devices = new Map<number, WireClient['device']>();

/** The same people every time. */
function device(number: number): WireClient['device'] {
  const found = devices.get(number) ?? makeDeviceKey();
  devices.set(number, found);
  return found;
}
