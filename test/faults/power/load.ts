// Real clients that post and upload until the server is taken from them, and what was acknowledged to them.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDeviceKey } from '../../../src/net/identity.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import { enter, general, type TestClient } from '../../helpers/chat-client.ts';
import { newId } from '../../helpers/wire-client.ts';

export type Acked = {
  /** Length of the journal when the client heard of it. */
  readonly place: number;
  readonly seq: number;
  readonly text: string;
  readonly sha256?: string;
};

export type Refused = { readonly what: 'post' | 'upload'; readonly code: string; readonly text: string };

export type Load = {
  readonly acked: readonly Acked[];
  /** What the server refused; a refused post is not sent again, a refused upload is. */
  readonly refused: readonly Refused[];
  /** Posts on their way now. */
  readonly inFlight: () => number;
  /** Resolves when the fact holds; looked at after each answer. */
  readonly until: (fact: () => boolean) => Promise<void>;
  readonly untilAcked: (enough: number) => Promise<void>;
  /** Files whose message was acknowledged. */
  readonly untilStored: (enough: number) => Promise<void>;
  /** The server is gone: resolves when every client has heard all it will hear. */
  readonly over: () => Promise<void>;
};

export type LoadOptions = {
  readonly port: number;
  /** Where the clients' files are made. */
  readonly folder: string;
  readonly place: () => number;
  readonly random: () => number;
  readonly textBytes: number;
};

const writers = 4;
const inFlightEach = 4;
const uploaders = 2;
/** One file in twenty is larger than what the server syncs at once. */
const fileBytesMost = 200_000;
const largeFileBytes = 5 * 1024 * 1024;
/** Acknowledgements between two files of one uploader, so that it is mostly the log that grows. */
const postsPerFile = 20;
const keys = Array.from({ length: writers }, () => makeDeviceKey());

export async function startLoad(options: LoadOptions): Promise<Load> {
  const load = new RunningLoad(options);
  await load.start();
  return load;
}

class RunningLoad implements Load {
  readonly acked: Acked[] = [];
  readonly refused: Refused[] = [];
  readonly #options: LoadOptions;
  readonly #looks = new Set<() => void>();
  #clients: readonly TestClient[] = [];
  #inFlight = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { port } = this.#options;
    this.#clients = await Promise.all(keys.map((device, n) => enter({ port, nick: `writer${n}`, device })));
    for (const client of this.#clients) for (let n = 0; n < inFlightEach; n += 1) void this.#write(client);
    for (const client of this.#clients.slice(0, uploaders)) void this.#send(client);
  }

  inFlight(): number {
    return this.#inFlight;
  }

  until(fact: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fact()) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  untilAcked(enough: number): Promise<void> {
    return this.until(() => this.acked.length >= enough);
  }

  untilStored(enough: number): Promise<void> {
    return this.until(() => this.acked.filter(({ sha256 }) => sha256 !== undefined).length >= enough);
  }

  async over(): Promise<void> {
    await Promise.all(this.#clients.map((each) => each.until(() => each.client.status.is !== 'online')));
    await Promise.all(this.#clients.map(({ client }) => client.close('done')));
  }

  async #write({ client }: TestClient): Promise<void> {
    while (client.status.is !== 'ended') {
      const text = textOf(this.#options);
      const id = newId();
      this.#inFlight += 1;
      const { seq } = await client.post(general, text, { id }).catch((error: unknown) => {
        this.#heardNo('post', text, error);
        client.drop(id);
        return { seq: undefined };
      });
      this.#inFlight -= 1;
      if (seq !== undefined) this.#took({ seq, text });
    }
  }

  async #send({ client }: TestClient): Promise<void> {
    let path = newFile(this.#options);
    while (client.status.is !== 'ended') {
      const sent = await client.upload(general, path).catch((error: unknown) => {
        this.#heardNo('upload', path, error);
        for (const { id, state } of client.outbox) if (state === 'failed') client.drop(id);
      });
      if (sent === undefined) continue;
      this.#took({ seq: sent.seq, text: '', sha256: sent.file.sha256 });
      path = newFile(this.#options);
      const acks = this.acked.length;
      await this.until(() => this.acked.length >= acks + postsPerFile);
    }
  }

  #took(ack: Omit<Acked, 'place'>): void {
    this.acked.push({ ...ack, place: this.#options.place() });
    this.#look();
  }

  /** What is no refusal is the client's end, or the server's. */
  #heardNo(what: Refused['what'], text: string, error: unknown): void {
    if (error instanceof Refusal) this.refused.push({ what, code: error.code, text });
    this.#look();
  }

  #look(): void {
    for (const look of this.#looks) look();
  }
}

let made = 0;

function textOf({ random, textBytes }: LoadOptions): string {
  made += 1;
  return `${made} ${'x'.repeat(Math.floor(random() * textBytes))}`;
}

function newFile({ folder, random }: LoadOptions): string {
  made += 1;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `file-${made}`);
  const isLarge = random() < 0.05;
  writeFileSync(path, randomBytes(isLarge ? largeFileBytes : 1 + Math.floor(random() * fileBytesMost)));
  return path;
}
