// A real client for a test: it keeps what it was told and can be waited for. Closed when the test is over.
import { onTestFinished } from 'vitest';
import type { Client, ClientEvent, ServerAddress } from '../../src/client/client.ts';
import { type ClientOptions, createClient } from '../../src/client/session.ts';
import { makeDeviceKey } from '../../src/net/identity.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type { AnyEvent } from '../../src/protocol/packet.ts';

export const general = 'general' as RoomName;

export type TestClient = {
  readonly client: Client;
  readonly told: ClientEvent[];
  /** Events of the log as they were told, own posts among them. */
  readonly events: AnyEvent[];
  readonly texts: () => string[];
  /** Resolves when the fact holds; looked at after each thing that is told. */
  until(fact: () => boolean): Promise<void>;
};

export type TestClientOptions = Partial<ClientOptions> & { readonly port?: number };

export function plain(port: number): ServerAddress {
  return { host: '127.0.0.1', port, isPlain: true };
}

export function testClient(options: TestClientOptions): TestClient {
  const { port = 0, ...rest } = options;
  const client = createClient({
    resolve: async () => plain(port),
    role: 'chat',
    device: makeDeviceKey(),
    agent: 'test',
    // A tenth of each pause: quick, and still no busy loop.
    random: () => 0.1,
    ...rest,
  });
  const told: ClientEvent[] = [];
  const events: AnyEvent[] = [];
  const waiting = new Set<() => void>();
  client.listen((event) => {
    told.push(event);
    if (event.type === 'events') events.push(...event.events);
    if (event.type === 'acked') events.push(event.event);
    for (const look of waiting) look();
  });
  onTestFinished(() => client.close('done'));
  const until = (fact: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!fact()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const texts = () => events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  return { client, told, events, texts, until };
}

/** Online and in #general. */
export async function enter(options: TestClientOptions): Promise<TestClient> {
  const test = testClient(options);
  await test.client.ready();
  await test.client.join(general);
  return test;
}
