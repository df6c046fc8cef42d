// One member's local store in its file: what is new is gathered and written together, what a person typed at once. No
// trouble with the disk ends the chat: it is told in one sentence, and what cannot be kept is not.
// Made by open.ts.
import { Refusal } from '../../protocol/errors.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { Mark, NotifyLevel, Seq } from '../../protocol/packet.ts';
import { clientBounds } from '../bounds.ts';
import type {
  Drafts,
  Found,
  Highlights,
  Ignored,
  Kept,
  OutboxEntry,
  PastBounds,
  Welcome,
} from '../client.ts';
import { ConnectionLost } from '../errors.ts';
import type { LocalStore, News, OutboxStore, Past, Presence } from '../local-store.ts';
import { draftsIn, highlightsIn, ignoredIn } from '../words.ts';
import { File } from './file.ts';
import { type FoundPage, findKept, findMentions } from './search.ts';
import { isBusy, isDamage, troubleOf } from './trouble.ts';

export type KeepingOptions = {
  readonly path: string;
  /** Moves a file that is no use out of the way. */
  readonly setAside: (path: string) => Aside;
  readonly now: () => number;
  readonly bytesMax: number;
};

/** What became of the file, as a sentence, and what of its outbox could be read. */
export type Aside = { readonly sentence: string; readonly entries: readonly OutboxEntry[] };

/** What is to be written, in order. */
type Work = (file: File) => void;

export class Keeping implements LocalStore {
  readonly #options: KeepingOptions;
  /** None when the disk gave trouble: from then on nothing is kept. */
  #file: File | undefined;
  #due: Work[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly drafts: Drafts;
  readonly ignored: Ignored;
  readonly highlights: Highlights;
  readonly outbox: OutboxStore;
  onAnew: (() => void) | undefined;
  #trouble: ((sentence: string) => void) | undefined;
  #untold: string[] = [];
  #hasBegunAnew = false;
  #opened: RoomName | undefined;

  constructor(options: KeepingOptions) {
    this.#options = options;
    this.outbox = this.#outbox();
    this.#open();
    this.drafts = draftsIn(this.#file?.words.drafts, (room, text) => {
      this.#later(({ words }) => words.draft(room, text));
    });
    this.ignored = ignoredIn(this.#file?.words.ignored, (member, nick) => {
      this.#later(({ words }) => words.ignore(member, nick));
    });
    this.highlights = highlightsIn(this.#file?.words.highlights, (word, what) => {
      this.#later(({ words }) => words.highlight(word, what));
    });
  }

  hear(trouble: (sentence: string) => void): void {
    this.#trouble = trouble;
    for (const sentence of this.#untold) trouble(sentence);
    this.#untold = [];
  }

  #say(sentence: string): void {
    if (this.#trouble === undefined) this.#untold.push(sentence);
    else this.#trouble(sentence);
  }

  get cursor(): LocalStore['cursor'] {
    return this.#read((file) => {
      const { seen } = file;
      const logId = seen.meta.get('logId');
      return logId === undefined || seen.cursor === undefined ? undefined : { logId, after: seen.cursor };
    });
  }

  get lastRoom(): RoomName | undefined {
    return this.#read(({ seen }) => {
      const room = seen.meta.get('room');
      return room !== undefined && seen.rooms.id(room) !== undefined ? room : undefined;
    });
  }

  opened(room: RoomName): void {
    if (room === this.#opened) return;
    this.#opened = room;
    this.#later(({ seen }) => seen.meta.set('room', room));
  }

  kept(room: RoomName): Kept | undefined {
    const kept = this.#read(({ seen }) => seen.kept(room));
    if (kept !== undefined) this.#later(({ seen }) => seen.rooms.readAt(room, this.#options.now()));
    return kept;
  }

  welcomed(welcome: Welcome, isNewLog: boolean): void {
    this.#later(({ seen }) => seen.welcomed(welcome, isNewLog));
  }

  take(news: News): void {
    this.#later(({ seen }) => seen.take(news));
  }

  takePast(bounds: PastBounds, past: Past): void {
    this.#later(({ seen }) => seen.takePast(bounds, past));
  }

  joined(note: Parameters<LocalStore['joined']>[0]): void {
    this.#later(({ seen }) => seen.joined(note));
  }

  parted(room: RoomName): void {
    this.#later(({ seen }) => seen.parted(room));
  }

  takeMarks(marks: readonly Mark[]): readonly Mark[] {
    let shown = marks;
    this.#later(({ seen }) => {
      shown = seen.takeMarks(marks);
    });
    this.#write();
    return shown;
  }

  markRead(room: RoomName, seq: Seq): void {
    this.#later(({ seen }) => seen.marks.read(room, seq, this.#options.now()));
  }

  notify(room: RoomName, level: NotifyLevel): void {
    this.#later(({ seen }) => seen.marks.level(room, level));
  }

  met(people: Presence): void {
    this.#later(({ seen }) => seen.met(people));
  }

  past(room: RoomName, bounds: PastBounds): Past | undefined {
    return this.#read(({ seen }) => seen.past(room, bounds));
  }

  search(query: string, page: FoundPage): Found {
    return this.#find((file) => findKept(file.seen, query, page));
  }

  mentions(page: FoundPage): Found {
    return this.#find((file) => findMentions(file.seen, page));
  }

  close(): void {
    this.#write();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#closeFile();
  }

  #closeFile(): void {
    try {
      this.#file?.close();
    } catch {
      // Nothing more is lost: what could be written is.
    }
    this.#file = undefined;
  }

  #outbox(): OutboxStore {
    const { now } = this.#options;
    return {
      load: () => this.#read(({ outbox }) => outbox.load()) ?? [],
      put: (entry) => {
        this.#later(({ outbox }) => outbox.put(entry));
        this.#write('for good');
      },
      settle: (id) => this.#later(({ outbox }) => outbox.delete(id)),
      refuse: (entry) => this.#later(({ outbox }) => outbox.turn(entry)),
      retry: (entry) => {
        this.#later(({ outbox }) => {
          outbox.turn(entry);
          outbox.toEnd(entry.id);
        });
      },
      drop: (id) => {
        this.#later(({ outbox }) => outbox.drop(id, now()));
        this.#write();
      },
      dropped: () => this.#read(({ outbox }) => outbox.dropped()) ?? new Set(),
    };
  }

  #open(): void {
    const { path, now, bytesMax } = this.#options;
    try {
      this.#file = new File(path, bytesMax);
      this.#file.outbox.forgetDrops(now() - clientBounds.localDropsMs);
    } catch (error) {
      this.#failed(error);
    }
  }

  #later(work: Work): void {
    if (this.#file === undefined) return;
    this.#due.push(work);
    if (this.#due.length >= clientBounds.localWaiting) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), clientBounds.localFlushMs).unref();
  }

  /** Writes what is due, in one transaction. */
  #write(how?: 'for good'): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = this.#due;
    if (this.#file === undefined || due.length === 0) return;
    try {
      this.#file.write((file) => {
        for (const work of due) work(file);
      }, how);
      this.#due = [];
    } catch (error) {
      if (isBusy(error) && due.length < 2 * clientBounds.localWaiting) this.#again();
      else this.#failed(error);
    }
  }

  #again(): void {
    this.#timer = setTimeout(() => this.#write(), clientBounds.localFlushMs).unref();
  }

  /** What is due counts: it is written first. */
  #read<Result>(look: (file: File) => Result): Result | undefined {
    this.#write();
    if (this.#file === undefined) return undefined;
    try {
      return this.#file.read(look);
    } catch (error) {
      if (!isBusy(error)) this.#failed(error);
      return undefined;
    }
  }

  /** A refusal is the answer to who searched, not trouble. */
  #find(look: (file: File) => Found): Found {
    const found = this.#read((file) => {
      try {
        return { found: look(file) };
      } catch (error) {
        if (error instanceof Refusal) return { refusal: error };
        throw error;
      }
    });
    if (found?.refusal) throw found.refusal;
    if (found?.found) return found.found;
    throw new ConnectionLost('The server is not connected, and nothing is kept on this machine.');
  }

  /** Begins anew where the file is no use; keeps nothing more where the disk is none. */
  #failed(error: unknown): void {
    const { path } = this.#options;
    this.#closeFile();
    this.#due = [];
    if (isDamage(error) && !this.#hasBegunAnew) this.#beginAnew();
    else this.#say(troubleOf(error, path));
  }

  #beginAnew(): void {
    const { path, setAside } = this.#options;
    // A disk that spoils what was just written would have it begin for ever.
    this.#hasBegunAnew = true;
    try {
      const { sentence, entries } = setAside(path);
      this.#say(sentence);
      this.#open();
      for (const entry of entries) this.outbox.put(entry);
      this.onAnew?.();
    } catch (error) {
      this.#say(troubleOf(error, path));
    }
  }
}
