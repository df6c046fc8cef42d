// Which profile a client speaks with, and what is kept of it once the server has admitted or refused it. The
// profile belongs to the server's key, so it is chosen only when that key was shown.
import type { Client } from '../client/client.ts';
import { type DeviceKey, makeDeviceKey } from '../net/identity.ts';
import { Refusal } from '../protocol/errors.ts';
import { Profiles } from './profiles.ts';

export type IdentityOptions = {
  /** The data folder. */
  readonly data: string;
  /** Without one it is a visitor's key that nobody keeps. */
  readonly nick: string | undefined;
  /** What a server without a key goes by. */
  readonly plainId: string;
};

export class Identity {
  readonly #data: string;
  readonly #plainId: string;
  #nick: string | undefined;
  #profiles: Profiles | undefined;
  #isNew = false;
  /** A key that a one-time code makes somebody's, until the server has said whose. */
  #linking: DeviceKey | undefined;

  constructor({ data, nick, plainId }: IdentityOptions) {
    this.#data = data;
    this.#nick = nick;
    this.#plainId = plainId;
  }

  /** For `ClientOptions.device`: the profile of the nick on this server, made when there is none. */
  async device(fingerprint: string | undefined): Promise<DeviceKey> {
    this.#profiles = new Profiles(this.#data, fingerprint ?? this.#plainId);
    if (this.#nick === undefined) return makeDeviceKey();
    const { device, isNew } = await this.#profiles.use(this.#nick);
    this.#isNew ||= isNew;
    return device;
  }

  /** As `device`, for who comes with a one-time code: a new key each time, as the nick is known only when it is let in. */
  async newDevice(fingerprint: string | undefined): Promise<DeviceKey> {
    if (this.#nick !== undefined) return this.device(fingerprint);
    this.#profiles = new Profiles(this.#data, fingerprint ?? this.#plainId);
    this.#linking ??= makeDeviceKey();
    return this.#linking;
  }

  /** As `device`, for who only reads: an unknown nick makes nobody a member. */
  async knownDevice(fingerprint: string | undefined): Promise<DeviceKey> {
    const profiles = new Profiles(this.#data, fingerprint ?? this.#plainId);
    const known = this.#nick === undefined ? undefined : await profiles.find(this.#nick);
    return known ?? makeDeviceKey();
  }

  /** The server knows the member as `nick`: the profile goes by it, and it is the one used last. */
  async admitted(nick: string): Promise<void> {
    if (this.#profiles === undefined) return;
    if (this.#linking !== undefined) await this.#profiles.add(nick, this.#linking);
    else if (this.#nick === undefined) return;
    else if (nick !== this.#nick) await this.#profiles.renamed(this.#nick, nick);
    this.#linking = undefined;
    this.#nick = nick;
    this.#isNew = false;
    await this.#profiles.used(nick);
  }

  /** A key that was made for a refused nick is nobody's, and goes. */
  async refused(error: unknown): Promise<void> {
    if (!isAboutNick(error) || !this.#isNew || this.#nick === undefined) return;
    await this.#profiles?.forget(this.#nick);
  }

  /** Keeps the profile's nick what the member's is, over renames here and on other devices. Returns the way to stop. */
  follow(client: Client, failed: (error: unknown) => void): () => void {
    return client.listen((event) => {
      const nick = nickIn(client, event);
      if (nick !== undefined) this.admitted(nick).catch(failed);
    });
  }
}

/** The key of who one is there, as far as it is known before the first dial which server that is. */
export async function knownKey(
  data: string,
  { serverId }: { readonly serverId?: string },
  nick: string,
): Promise<DeviceKey | undefined> {
  return serverId === undefined ? undefined : new Profiles(data, serverId).find(nick);
}

type Event = Parameters<Parameters<Client['listen']>[0]>[0];

function nickIn(client: Client, event: Event): string | undefined {
  if (event.type === 'welcome') return event.welcome.nick;
  if (event.type !== 'presence') return undefined;
  const own = client.welcome?.member;
  return event.presence.changes.find(({ member, was }) => member === own && was !== undefined)?.nick;
}

export function isAboutNick(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'nick-taken' || error.code === 'nick-invalid');
}
