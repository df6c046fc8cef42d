// Plain-text logs of an open chat: what is said in each room, as `history` prints it, appended to one file per room and
// day. Opened by the chat where --log-dir names a folder. What was logged before is known by the seq that stands beside
// the logs, so that opening the chat again repeats nothing.
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, ClientEvent } from '../client/client.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, LogId, RoomNote } from '../protocol/packet.ts';
import { safeName } from '../text/safe-name.ts';
import { eventLine } from '../text/transcript.ts';
import { makePrivateFolder, readIfThere, writeWhole } from './files.ts';

type Cursor = { readonly logId: LogId; readonly seq: number };

export type ChatLog = {
  /** Resolves when all that came is in its file. */
  close(): Promise<void>;
};

/** `failed` is told once; the chat goes on without its log. */
export function openChatLog(folder: string, client: Client, failed: (error: unknown) => void): ChatLog {
  const log = new Folder(folder);
  let written = log.open();
  let isFailed = false;
  const then = (work: () => Promise<void>) => {
    written = written.then(work).catch((error: unknown) => {
      if (!isFailed) failed(error);
      isFailed = true;
    });
  };
  const take = (event: ClientEvent) => {
    if (event.type === 'welcome') then(() => log.met(event.welcome.logId, event.welcome.rooms));
    if (event.type === 'events') then(() => log.write(event.events));
    if (event.type === 'acked' && event.isTold !== true) then(() => log.write([event.event]));
    if (event.type === 'invited') then(async () => log.name(event.invited.room));
  };
  const stop = client.listen(take);
  const { welcome } = client;
  if (welcome) then(() => log.met(welcome.logId, welcome.rooms));
  return {
    close: async () => {
      stop();
      then(() => log.keepCursor());
      await written;
    },
  };
}

class Folder {
  readonly #folder: string;
  readonly #labels = new Map<RoomName, string>();
  #logId: LogId | undefined;
  /** Up to here an earlier run has logged; within a run each event is told once. */
  #before = 0;
  #newest = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get #cursorFile(): string {
    return join(this.#folder, '.logged.json');
  }

  async open(): Promise<void> {
    await makePrivateFolder(this.#folder);
  }

  async met(logId: LogId, rooms: readonly RoomNote[]): Promise<void> {
    for (const note of rooms) this.name(note);
    if (this.#logId === logId) return;
    this.#logId = logId;
    const cursor = cursorFrom(await readIfThere(this.#cursorFile));
    this.#before = cursor?.logId === logId ? cursor.seq : 0;
    this.#newest = this.#before;
  }

  name(note: RoomNote): void {
    // No room's name has a blank in it.
    this.#labels.set(note.room, note.with ? `with ${note.with.nick}` : note.room);
  }

  /** Neighbours of one file are written at once. */
  async write(events: readonly AnyEvent[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const event of events) {
      const line = event.seq > this.#before ? eventLine(event) : undefined;
      if (line === undefined) continue;
      const path = this.#pathOf(event);
      texts.set(path, `${texts.get(path) ?? ''}${line}\n`);
      this.#newest = Math.max(this.#newest, event.seq);
    }
    for (const [path, text] of texts) await appendFile(path, text, { mode: 0o600 });
    if (texts.size > 0) await this.keepCursor();
  }

  async keepCursor(): Promise<void> {
    if (this.#logId === undefined || this.#newest === this.#kept) return;
    const cursor: Cursor = { logId: this.#logId, seq: this.#newest };
    await writeWhole(this.#cursorFile, `${JSON.stringify(cursor)}\n`);
    this.#kept = this.#newest;
  }

  #kept = 0;

  #pathOf({ room, at }: AnyEvent): string {
    const day = new Date(at).toLocaleDateString('sv-SE');
    return join(this.#folder, safeName(`${this.#labels.get(room) ?? room} ${day}.log`));
  }
}

function cursorFrom(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const { logId, seq } = JSON.parse(text) as Partial<Cursor>;
    return typeof logId === 'string' && Number.isSafeInteger(seq) ? { logId, seq: seq as number } : undefined;
  } catch {
    // Half a file of a crash: what was logged then is logged once more.
    return undefined;
  }
}
