// What a client is made from. The chat and the subcommands fill it in, session and connector read it.
import type { DeviceKey } from '../net/identity.ts';
import type { ServerAddress } from './client.ts';
import type { LocalStore } from './local-store.ts';

export type ClientOptions = {
  /**
   * Where the server is now; asked anew at each dial. Its error is shown and tried again like a failed dial. Aborted:
   * the client was closed, and nobody waits any more.
   */
  readonly resolve: (closed: AbortSignal) => Promise<ServerAddress>;
  /** `chat` stands in the roster and follows its rooms; `script` does neither unless it calls follow(). */
  readonly role: 'chat' | 'script';
  /** The device, or how to get it once the server has shown its key (nothing on plain TCP). */
  readonly device: DeviceKey | ((fingerprint: string | undefined) => Promise<DeviceKey>);
  readonly nick?: string;
  /** Name and version of the program, for the server's log. */
  readonly agent: string;
  /** A key was shown and none was pinned: remember it. Called before anything is sent; its error ends the client. */
  readonly onFingerprint?: (fingerprint: string, address: ServerAddress) => void | Promise<void>;
  /** What earlier runs kept of this member, where it is known before the first dial who that is. Closed with the client. */
  readonly local?: LocalStore;
  /** Asked after a login without one: who one is, is known then. */
  readonly openLocal?: () => LocalStore | undefined;
  /** One-time code that makes the device one of an existing member. */
  readonly code?: string;
  /** How long to go on trying a server that is not reached at first. 0 (one try) by default. */
  readonly patienceMs?: number;
  readonly now?: () => number;
  /** 0 ≤ x < 1, for jitter. */
  readonly random?: () => number;
};
