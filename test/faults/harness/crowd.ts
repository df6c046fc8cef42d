// The scene of the promises about a server's end: one server, writers that never pause and somebody who sends files,
// over any number of ends; and what is to hold of it all when they are done.
import { general } from '../../helpers/chat-client.ts';
import { Chat } from './chat.ts';
import { breaches, type Posted } from './check.ts';
import { type Courier, sendFiles } from './files.ts';
import { answered, delay, type Load, load } from './load.ts';
import { Served, type ServedOptions } from './served.ts';
import { readBlobs, readStored, type Stored } from './stored.ts';

export type CrowdOptions = {
  readonly writers: number;
  /** Posts of one writer without an answer. */
  readonly window: number;
  readonly random: () => number;
  readonly served: ServedOptions;
};

export class Crowd {
  readonly served: Served;
  readonly writers: readonly Chat[];
  readonly #courier: Chat;
  readonly #load: Load;
  readonly #files: Courier;

  private constructor(served: Served, chats: readonly Chat[], { window, random }: CrowdOptions) {
    const [courier, ...writers] = chats;
    if (courier === undefined) throw new Error('A crowd needs people.');
    this.served = served;
    this.writers = writers;
    this.#courier = courier;
    this.#load = load(writers, { room: general, window, random });
    this.#files = sendFiles(courier, general, random);
  }

  static async gather(options: CrowdOptions): Promise<Crowd> {
    const served = await Served.start(options.served);
    const chats: Chat[] = [];
    for (let n = 0; n <= options.writers; n += 1) {
      const nick = n === 0 ? 'courier' : `writer${n}`;
      chats.push(await Chat.enter({ nick, address: () => served.address() }, [general]));
    }
    return new Crowd(served, chats, options);
  }

  get posts(): Posted[] {
    return [...this.writers, this.#courier].flatMap(({ posts }) => posts);
  }

  get filesSent(): number {
    return this.#files.sent();
  }

  /** Posts on their way, or in the server, without an ack. */
  get inFlight(): number {
    return this.writers.reduce((sum, writer) => sum + writer.inFlight, 0);
  }

  /** Resolves when everybody is there and posts are being answered, and `ms` later. */
  async busyFor(ms: number): Promise<void> {
    const before = answered(this.writers);
    const isBusy = () => answered(this.writers) > before;
    await Promise.all(this.writers.map((writer) => writer.until(() => writer.client.status.is === 'online')));
    await Promise.race(this.writers.map((writer) => writer.until(isBusy)));
    await delay(ms);
  }

  /** The server is gone: what is on the disk, and how it breaks with what was acknowledged. */
  look(): { readonly stored: Stored; readonly breaches: string[] } {
    const stored = readStored(this.served.data);
    // The courier's post is recorded with its ack: one that the kill left without may be in the log already.
    const posts = this.posts.filter(({ device }) => device !== this.#courier.device.publicKey);
    const rows = stored.rows.filter(({ device }) => device !== this.#courier.device.publicKey);
    return { stored, breaches: breaches({ posts, rows }) };
  }

  /** Everything answered, everybody has seen all of it, the server has ended: the whole history's breaches. */
  async disperse(): Promise<{ readonly stored: Stored; readonly breaches: string[] }> {
    await Promise.all([this.#load.stop(), this.#files.stop()]);
    const last = Math.max(...this.posts.map(({ seq = 0 }) => seq));
    await Promise.all(this.writers.map((writer) => writer.until(() => writer.newest >= last)));
    await Promise.all(this.writers.map((writer) => writer.fillGaps()));
    const readings = this.writers.map((writer) => writer.reading([general]));
    await Promise.all([...this.writers, this.#courier].map(({ client }) => client.close('done')));
    await this.served.end('SIGTERM');
    const stored = readStored(this.served.data);
    const blobs = readBlobs(this.served.data);
    return { stored, breaches: breaches({ posts: this.posts, rows: stored.rows, readings, blobs }) };
  }
}
