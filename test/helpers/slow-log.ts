// A store whose log takes its time: what it does is the real log's, but not before the test lets it.
import { onTestFinished } from 'vitest';
import type { Log } from '../../src/store/log.ts';
import { openMemoryStore, type Store } from '../../src/store/open.ts';
import { testFolder } from './test-server.ts';

/** `submit`: posts; `append`: joins and parts. */
type Held = 'append' | 'submit' | 'page';

export type SlowLog = {
  readonly store: Store;
  /** From now on each call of `method` waits. */
  hold(method: Held): void;
  /** Resolves when so many calls wait. */
  held(count: number): Promise<void>;
  /** Lets everything go on that waits, and holds no more. */
  release(): void;
};

export async function slowLog(): Promise<SlowLog> {
  const real = await openMemoryStore({ folder: await testFolder() });
  onTestFinished(() => real.close());
  let holds: Held | undefined;
  let gate = Promise.withResolvers<void>();
  let waiting = 0;
  const looks = new Set<() => void>();
  const pass = async (method: Held) => {
    if (holds !== method) return;
    waiting += 1;
    for (const look of looks) look();
    await gate.promise;
  };
  const slow: Pick<Log, Held> = {
    submit: (event, settled) => void pass('submit').then(() => real.log.submit(event, settled)),
    append: async (event) => {
      await pass('append');
      return real.log.append(event);
    },
    page: async (query) => {
      await pass('page');
      return real.log.page(query);
    },
  };
  const log = new Proxy(real.log, {
    get: (target, name) => {
      if (name === 'append' || name === 'submit' || name === 'page') return slow[name];
      if (name === 'waiting') return target.waiting + (holds === 'page' ? 0 : waiting);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return {
    store: { ...real, log },
    hold: (method) => {
      holds = method;
    },
    held: (count) =>
      new Promise((resolve) => {
        const look = () => waiting >= count && resolve();
        looks.add(look);
        look();
      }),
    release: () => {
      holds = undefined;
      waiting = 0;
      gate.resolve();
      gate = Promise.withResolvers();
    },
  };
}
