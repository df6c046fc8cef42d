// Where the client stands with its server, and who waits for it to be online. The session turns it; transfers wait.
import type { Status } from './client.ts';
import { ConnectionLost } from './errors.ts';

export class Standing {
  /** Transfers that wait for a connection: they are no listeners, for whom rooms would be followed. */
  readonly #watchers = new Set<(status: Status) => void>();
  #status: Status = { is: 'connecting' };

  get status(): Status {
    return this.#status;
  }

  get hasEnded(): boolean {
    return this.#status.is === 'ended';
  }

  /** Why it ended; a sentence of its own when we closed it. */
  get endError(): Error {
    const error = this.#status.is === 'ended' ? this.#status.error : undefined;
    return error ?? new ConnectionLost('The connection to the server was closed.');
  }

  turn(status: Status): void {
    this.#status = status;
    for (const watch of this.#watchers) watch(status);
  }

  /** Resolves while a connection is there; rejects when the client ends or `signal` aborts. */
  untilOnline(signal: AbortSignal): Promise<void> {
    if (this.#status.is === 'online') return Promise.resolve();
    if (this.hasEnded) return Promise.reject(this.endError);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (status: Status) => {
      if (status.is === 'online') resolve();
      if (status.is === 'ended') reject(this.endError);
    };
    this.#watchers.add(settle);
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    return promise.finally(() => {
      this.#watchers.delete(settle);
      signal.removeEventListener('abort', aborted);
    });
  }
}
