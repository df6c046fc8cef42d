// A TCP proxy on a port of its own that cuts connections where a test wants it: behind so many bytes, or now.
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Cut = {
  /** Which connections: the n-th from now on, 0 the next one. */
  readonly connection: number;
  /** Bytes of that direction which pass before both ends are cut. */
  readonly after: number;
  readonly direction: 'up' | 'down';
};

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
  aimAt(port: number): void;
};

export async function startProxy(target: number): Promise<Proxy> {
  let [port, count, fallen] = [target, 0, 0];
  const cuts = new Map<number, Cut>();
  const open = new Set<Socket>();
  const falls = new EventEmitter();
  const passed = { up: 0, down: 0 };
  const server = createServer((near) => {
    const cut = cuts.get(count);
    count += 1;
    const far = connect({ host: '127.0.0.1', port });
    const both = [near, far];
    const end = () => both.map((socket) => socket.destroy());
    for (const socket of both) {
      open.add(socket);
      // A cut is what this proxy is for; its errors say nothing.
      socket.on('error', end).on('close', () => open.delete(socket));
    }
    const bytesUntilCut = (direction: Cut['direction']) =>
      cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY;
    const fall = () => {
      fallen += 1;
      end();
      falls.emit('fall');
    };
    const counted = (direction: Cut['direction']) => (bytes: number) => {
      passed[direction] += bytes;
    };
    relay(near, far, { bytes: bytesUntilCut('up'), fall, count: counted('up') });
    relay(far, near, { bytes: bytesUntilCut('down'), fall, count: counted('down') });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cutAll = () => {
    for (const socket of open) socket.destroy();
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
    aimAt: (to) => {
      port = to;
    },
  };
}

type Until = {
  readonly bytes: number;
  readonly fall: () => void;
  readonly count: (bytes: number) => void;
};

/** Passes bytes on no faster than they are taken, so that what is cut off really was on its way. */
function relay(from: Socket, to: Socket, { bytes: bytesUntilCut, fall, count }: Until): void {
  let left = bytesUntilCut;
  from.on('data', (bytes: Buffer) => {
    count(Math.min(bytes.length, left));
    left -= bytes.length;
    if (left < 0) {
      from.pause();
      to.write(bytes.subarray(0, bytes.length + left), fall);
    } else if (!to.write(bytes)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => to.end());
  from.on('close', () => from.errored !== null && to.destroy());
}
