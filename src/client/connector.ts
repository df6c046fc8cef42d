// How the session gets a connection: where the server is now, whose key it shows, which device speaks.
// The second connection of a transfer goes to the same server, with the same key and the same device.
import type { Connection } from '../net/connection.ts';
import type { DeviceKey } from '../net/identity.ts';
import type { ServerPacket, ServerPackets } from '../protocol/packet.ts';
import type { ServerAddress } from './client.ts';
import { SetupError } from './dial-loop.ts';
import { ConnectionLost, errorOf } from './errors.ts';
import { greet, reach } from './login.ts';
import type { ClientOptions } from './options.ts';

/** One connection that was welcomed, still paused. */
export type Line = {
  readonly connection: Connection<ServerPacket>;
  readonly welcome: ServerPackets['welcome'];
};

/** One transfer connection that was told to go, still paused: detach it in the same turn. */
export type TransferLine = {
  readonly connection: Connection<ServerPacket>;
  readonly go: ServerPackets['go'];
};

type ConnectorOptions = Pick<
  ClientOptions,
  'resolve' | 'role' | 'device' | 'nick' | 'code' | 'agent' | 'onFingerprint'
>;

/** Whoever gets the code first is the member: it is not for a server that only says it is the one. */
const codeNeedsLink =
  "A one-time code is only told to a server whose key is known: give the server's whole link, as `chat-tui serve` prints it.";

export class Connector {
  readonly #options: ConnectorOptions;
  /** Keys seen on first use, by host and port: from then on they are pins here too. */
  readonly #seen = new Map<string, string>();
  #latest: { readonly address: ServerAddress; readonly device: DeviceKey } | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** For the chat or a script: resolve, dial, hello, welcome. */
  async chat(signal: AbortSignal): Promise<Line> {
    const { role, nick, code, agent } = this.#options;
    const given = await this.#options.resolve(signal);
    const address = this.#pinned(given);
    const { connection, fingerprint } = await reach(address, signal);
    const abort = () => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const device = await this.#prepare(address, fingerprint);
      // Secrets go only where the key was known before this dial, from a link or from an earlier visit.
      const mayHaveSecrets = given.pin !== undefined || given.isPlain === true;
      if (code !== undefined && !mayHaveSecrets) throw new SetupError(codeNeedsLink);
      // It is good once: from the first welcome on, the key is known.
      const isCodeDue = code !== undefined && this.#latest === undefined;
      const answer = await greet(connection, device, {
        role,
        agent,
        ...(nick === undefined ? {} : { nick }),
        ...(isCodeDue ? { code } : {}),
        ...(mayHaveSecrets && given.token !== undefined ? { token: given.token } : {}),
      });
      if (answer.kind !== 'welcome') throw new ConnectionLost('The server took this for a transfer.');
      this.#latest = { address: pinTo(address, fingerprint), device };
      return { connection, welcome: answer };
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** A connection of its own for one ticket, to the server that gave it. */
  async transfer(ticket: string, signal: AbortSignal): Promise<TransferLine> {
    if (this.#latest === undefined) throw new ConnectionLost('The server is not connected.');
    const { address, device } = this.#latest;
    const { connection } = await reach(address, signal);
    const abort = () => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const go = await greet(connection, device, { role: 'transfer', agent: this.#options.agent, ticket });
      if (go.kind === 'go') return { connection, go };
      connection.destroy();
      throw new ConnectionLost('The server took the transfer for a chat.');
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #pinned(address: ServerAddress): ServerAddress {
    const seen = this.#seen.get(`${address.host}:${address.port}`);
    return address.pin !== undefined || seen === undefined ? address : { ...address, pin: seen };
  }

  async #prepare(address: ServerAddress, fingerprint: string | undefined): Promise<DeviceKey> {
    const { device, onFingerprint } = this.#options;
    try {
      if (fingerprint !== undefined && address.pin === undefined) {
        await onFingerprint?.(fingerprint, address);
        this.#seen.set(`${address.host}:${address.port}`, fingerprint);
      }
      return typeof device === 'function' ? await device(fingerprint) : device;
    } catch (thrown) {
      const cause = errorOf(thrown);
      throw new SetupError(cause.message, { cause });
    }
  }
}

function pinTo(address: ServerAddress, fingerprint: string | undefined): ServerAddress {
  return fingerprint === undefined ? address : { ...address, pin: fingerprint };
}
