// A TCP proxy on a port of its own that cuts connections where a test wants it: behind so many bytes, or now.
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
  plan(...cuts: readonly Cut[]): void;
  /** Cuts all that are open. */
  cutAll(): void;
  aimAt(port: number): void;
};

export async function startProxy(target: number): Promise<Proxy> {
  let [port, count, fallen] = [target, 0, 0];
  const cuts = new Map<number, Cut>();
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const cut = cuts.get(count);
    count += 1;
    const far = connect({ host: '127.0.0.1', port });
    const both = [near, far];
    const end = () => both.map((socket) => socket.destroy());
    for (const socket of both) {
      open.add(socket);
      // A cut is what this proxy is for; its errors say nothing.
      socket.on('error', end).on('close', () => open.delete(socket) && end());
    }
    const passing = (direction: Cut['direction'], to: Socket) => {
      let left = cut?.direction === direction ? cut.after : Number.POSITIVE_INFINITY;
      return (bytes: Buffer) => {
        left -= bytes.length;
        to.write(left < 0 ? bytes.subarray(0, left) : bytes, () => {
          if (left >= 0) return;
          fallen += near.destroyed ? 0 : 1;
          end();
        });
      };
    };
    near.on('data', passing('up', far));
    far.on('data', passing('down', near));
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
    plan: (...planned) => planned.forEach((cut) => void cuts.set(count + cut.connection, cut)),
    cutAll,
    aimAt: (to) => {
      port = to;
    },
  };
}

/** The same with one kind of cut: the connection on which so many bytes from now on were reached, either way. */
export type CuttingProxy = {
  readonly port: number;
  readonly cuts: number;
  cutAfter(bytes: number): void;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openProxy(target: number): Promise<CuttingProxy> {
  let [left, cuts] = [Number.POSITIVE_INFINITY, 0];
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target });
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', end).on('close', () => {
        open.delete(from);
        end();
      });
      from.on('data', (bytes) => {
        const isCut = left <= bytes.length;
        const part = isCut ? bytes.subarray(0, left) : bytes;
        left = isCut ? Number.POSITIVE_INFINITY : left - bytes.length;
        if (isCut) cuts += 1;
        const goesOn = to.write(part, () => {
          if (isCut) end();
        });
        if (goesOn || isCut) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get cuts() {
      return cuts;
    },
    cutAfter: (bytes) => {
      left = bytes;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
