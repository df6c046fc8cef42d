// A server that says what a test wants it to say: it greets well, and from there on each packet is the test's.
// For holding the real client against servers that are broken or mean harm.
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Connection } from '../../src/net/connection.ts';
import type { ServerKey } from '../../src/net/identity.ts';
import { listen } from '../../src/net/listen.ts';
import { encode } from '../../src/protocol/codec.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { ClientPacket, ClientPackets, ServerPacket, ServerPackets } from '../../src/protocol/packet.ts';

export type Line = Connection<ClientPacket>;
type Answer<Packet> = (packet: Packet, line: Line) => void;
export type Script = { readonly [Kind in keyof ClientPackets]?: Answer<ClientPackets[Kind]> };

export type HostileServer = {
  readonly port: number;
  /** Logins of chats so far. */
  readonly logins: () => number;
  /** Open chat connections. */
  readonly lines: Set<Line>;
  readonly say: (...packets: readonly object[]) => void;
};

export const greeting: ServerPackets['welcome'] = {
  kind: 'welcome',
  protocol: 1,
  features: [],
  server: { name: 'hostile', version: '0' },
  logId: 'h'.repeat(22) as ServerPackets['welcome']['logId'],
  tail: 0 as ServerPackets['welcome']['tail'],
  at: 0,
  member: 1 as ServerPackets['welcome']['member'],
  device: 1 as ServerPackets['welcome']['device'],
  nick: 'ada',
  rooms: [],
  uploadBytes: 1e9,
};

/** Any object as a frame, whether it is a packet or not. */
export const framed = (packet: object): Buffer => encode(packet as ServerPacket);

const usual: Script = {
  sync: ({ req }, line) =>
    line.send(framed({ kind: 'page', re: req, events: [], upTo: 0, more: false, gaps: [] })),
  join: ({ req, room }, line) =>
    line.send(framed({ kind: 'joined', re: req, room: { room, topic: '', members: 1 } })),
  ping: ({ n }, line) => line.send(framed({ kind: 'pong', n })),
};

export type HostileOptions = {
  /** What it greets with. */
  readonly welcome?: object;
  /** Its first word on a transfer's connection. */
  readonly go?: object;
  /** What it does behind that. */
  readonly transfer?: (stream: Duplex) => void;
  /** Absent: plain TCP. */
  readonly key?: ServerKey;
};

/** `script`: what it makes of each packet, instead of the usual. */
export async function hostileServer(
  script: Script = {},
  options: HostileOptions = {},
): Promise<HostileServer> {
  const { welcome = greeting, go = { kind: 'go', offset: 0, size: 1 }, key } = options;
  const { transfer = (stream: Duplex) => stream.destroy() } = options;
  const lines = new Set<Line>();
  let logins = 0;
  const all: Script = { ...usual, ...script };
  const onConnection = (line: Line) => {
    const answer = (packet: ClientPacket) => {
      if (packet.kind === 'hello' && packet.role === 'transfer') {
        line.pause();
        line.send(framed(go));
        const { stream } = line.detach();
        stream.on('error', () => undefined);
        transfer(stream);
      } else if (packet.kind === 'hello') {
        logins += 1;
        lines.add(line);
        line.greeted(limits.frameBytesUp);
        line.send(framed(welcome));
      } else {
        (all[packet.kind] as Answer<ClientPacket> | undefined)?.(packet, line);
      }
    };
    line.receive(answer, () => lines.delete(line));
  };
  const listener = await listen({ host: '127.0.0.1', port: 0, key, limits, onConnection });
  onTestFinished(async () => {
    for (const line of lines) line.destroy();
    await listener.close();
  });
  const say = (...packets: readonly object[]) => {
    for (const line of lines) line.send(Buffer.concat(packets.map(framed)));
  };
  return { port: listener.port, logins: () => logins, lines, say };
}
