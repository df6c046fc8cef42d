// A reader on the bare wire that forgives nothing: the client passes over what it was told already, this one keeps it.
// It comes back again and again by its cursor, so that it begins to follow at any moment of the fan-out.
import type { DeviceKey } from '../../../src/net/identity.ts';
import type { AnyEvent, ServerPackets } from '../../../src/protocol/packet.ts';
import { general, type WireAddress, WireClient } from '../../helpers/wire-client.ts';
import type { Reading, Seen } from './check.ts';

export type StrictOptions = {
  readonly address: WireAddress;
  readonly nick: string;
  readonly random: () => number;
  /** Behind the message with this text it reads no more. */
  readonly last: string;
  /** That message is stored: it waits for nothing live any more, and asks for what is left. */
  readonly isStored: AbortSignal;
};

/** Live events of one connection, at the most. */
const stays = 200;

export type Strict = { readonly connections: number; readonly reading: Reading };

/** Resolves when it has read the last message. Told gaps are filled before anything else. */
export async function readStrictly(options: StrictOptions): Promise<Strict> {
  const { address, nick, random, last, isStored } = options;
  const first = await WireClient.enter(address, nick);
  const { device } = first;
  await first.close();
  const seen: Seen[] = [];
  let [cursor, connections] = [0 as AnyEvent['seq'], 0];
  const isOver = () => seen.at(-1)?.text === last;
  while (!isOver()) {
    const client = await WireClient.login(address, {}, device);
    const leave = () => client.connection.destroy();
    connections += 1;
    const { events, gaps, upTo } = await client.sync({ after: cursor });
    for (const gap of gaps) seen.push(...(await between(address, device, gap)));
    seen.push(...events.flatMap(seenOf));
    cursor = upTo;
    isStored.addEventListener('abort', leave);
    for (let left = Math.ceil(random() * stays); left > 0 && !isOver() && !isStored.aborted; left -= 1) {
      // Cut, it comes back.
      const packet = await client.next('event').catch(() => undefined);
      if (packet === undefined) break;
      seen.push(...seenOf(packet.event));
      cursor = packet.event.seq;
    }
    isStored.removeEventListener('abort', leave);
    await client.close();
  }
  return { connections, reading: { who: nick, rooms: [general], seen } };
}

/** What was left out, in order; asked on another connection, so that nothing live is waited for meanwhile. */
async function between(
  address: WireAddress,
  device: DeviceKey,
  { room, after, before }: ServerPackets['page']['gaps'][number],
): Promise<Seen[]> {
  const client = await WireClient.login(address, { role: 'script' }, device);
  const found: Seen[] = [];
  for (let [end, isMore] = [before, true]; isMore; ) {
    const bounds = { after, before: end, limit: 500 };
    const past = await client.askFor('past', { kind: 'history', room, ...bounds });
    found.unshift(...past.events.flatMap(seenOf));
    end = past.events[0]?.seq ?? end;
    isMore = past.more;
  }
  await client.close();
  return found;
}

function seenOf(event: AnyEvent): Seen[] {
  if (event.type !== 'message') return [];
  const { seq, room, id, text, file } = event;
  return [{ seq, room, id, text, sha256: file?.sha256 ?? null }];
}
