// A TCP proxy on a port of its own that does what networks do: cuts connections behind so many bytes or now, delays,
// splits, and swallows everything without a word.
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export type Cut = {
  /** Which connections: the n-th from now on, 0 the next one. */
  readonly connection: number;
  /** Bytes of that direction which pass before both ends are cut. */
  readonly after: number;
  readonly direction: 'up' | 'down';
};

/** What is done to one direction of a connection; nothing by default. */
export type Way = {
  /** Asked of each chunk in its order: how many bytes of it still pass before both ends are cut. `undefined`: all. */
  readonly cut?: (chunk: Buffer) => number | undefined;
  /** Milliseconds that the next chunk is held; what is behind it waits. */
  readonly holdMs?: () => number;
  /** Bytes of the next piece: a chunk is passed on in pieces, each in a turn of its own. */
  readonly pieceBytes?: () => number;
};

export type Ways = { readonly up?: Way; readonly down?: Way };

export type Proxy = {
  readonly port: number;
  /** Connections taken so far. */
  readonly count: () => number;
  /** Cuts that fell. */
  readonly fallen: () => number;
  /** Bytes that were passed on. */
  readonly passed: (direction: Cut['direction']) => number;
  /** Resolves when so many have. */
  readonly untilFallen: (cuts: number) => Promise<void>;
  plan(...cuts: readonly Cut[]): void;
  /** Cuts all that are open. */
  cutAll(): void;
  /** What comes on the open connections is swallowed from now on, in both directions, and they stay open. */
  blackHole(): void;
  aimAt(port: number): void;
};

/** One direction of one connection. */
type Relay = Way & { readonly line: Line; readonly count: (bytes: number) => void };

type Line = { readonly near: Socket; readonly far: Socket; isSwallowed: boolean };

/** `waysOf` gives what the n-th connection suffers, beside what is planned. */
export async function startProxy(
  target: number,
  waysOf: (connection: number) => Ways = () => ({}),
): Promise<Proxy> {
  let [port, count, fallen] = [target, 0, 0];
  const cuts = new Map<number, Cut>();
  const open = new Set<Line>();
  const falls = new EventEmitter();
  const passed = { up: 0, down: 0 };
  const server = createServer({ noDelay: true }, (near) => {
    const cut = cuts.get(count);
    const ways = cut === undefined ? waysOf(count) : { [cut.direction]: { cut: behind(cut.after) } };
    count += 1;
    const far = connect({ host: '127.0.0.1', port, noDelay: true });
    const line: Line = { near, far, isSwallowed: false };
    open.add(line);
    const end = () => {
      open.delete(line);
      near.destroy();
      far.destroy();
    };
    // A cut is what this proxy is for; its errors say nothing.
    for (const socket of [near, far]) socket.on('error', end).on('close', () => open.delete(line));
    const fall = () => {
      fallen += 1;
      end();
      falls.emit('fall');
    };
    const counted = (direction: Cut['direction']) => (bytes: number) => {
      passed[direction] += bytes;
    };
    const pass = (from: Socket, to: Socket, way: Relay) =>
      relay(from, to, way).then(
        (isCut) => isCut && fall(),
        () => (from.destroyed ? to.destroy() : from.resume()),
      );
    void pass(near, far, { ...ways.up, line, count: counted('up') });
    void pass(far, near, { ...ways.down, line, count: counted('down') });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cutAll = () => {
    for (const { near, far } of [...open]) {
      near.destroy();
      far.destroy();
    }
  };
  onTestFinished(() => {
    cutAll();
    server.close();
  });
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    count: () => count,
    fallen: () => fallen,
    passed: (direction) => passed[direction],
    untilFallen: async (many) => {
      while (fallen < many) await once(falls, 'fall');
    },
    plan: (...planned) => planned.forEach((cut) => void cuts.set(count + cut.connection, cut)),
    cutAll,
    blackHole: () => {
      for (const line of open) line.isSwallowed = true;
    },
    aimAt: (to) => {
      port = to;
    },
  };
}

function behind(bytes: number): (chunk: Buffer) => number | undefined {
  let left = bytes;
  return (chunk) => {
    const passes = left;
    left -= chunk.length;
    return left < 0 ? passes : undefined;
  };
}

/**
 * Passes bytes on no faster than they are taken, so that what is cut off really was on its way. Resolves with true
 * where the way is cut; rejects when either end breaks. What the other direction still brings is not touched by it.
 */
async function relay(from: Socket, to: Socket, way: Relay): Promise<boolean> {
  for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const held = way.holdMs?.() ?? 0;
    if (held > 0) await delay(held);
    if (way.line.isSwallowed) continue;
    const passes = way.cut?.(chunk);
    way.count(passes ?? chunk.length);
    await passOn(chunk.subarray(0, passes), to, way);
    if (passes !== undefined) return true;
  }
  to.end();
  return false;
}

async function passOn(chunk: Buffer, to: Socket, { pieceBytes }: Way): Promise<void> {
  let at = 0;
  while (at < chunk.length) {
    const end = pieceBytes === undefined ? chunk.length : at + Math.max(1, pieceBytes());
    const piece = chunk.subarray(at, end);
    at = end;
    await new Promise<void>((resolve, reject) => {
      to.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}
