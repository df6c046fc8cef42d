// The checker: a recorded history held against the log, pure. It knows nothing of how the history came about.
import type { StoredRow } from './stored.ts';

/** One post as its author made it, in the order of making. */
export type Posted = {
  /** Public key. */
  readonly device: string;
  readonly id: string;
  readonly room: string;
  readonly text: string;
  readonly sha256?: string;
  /** Of the ack; absent as long as there is none. */
  readonly seq?: number;
};

/** What a reader saw of one message. */
export type Seen = Pick<StoredRow, 'seq' | 'room' | 'id' | 'text' | 'sha256'>;

/** What a reader saw of its rooms, in the order in which it was told, gaps filled. */
export type Reading = {
  readonly who: string;
  readonly rooms: readonly string[];
  readonly seen: readonly Seen[];
};

export type History = {
  readonly posts: readonly Posted[];
  readonly rows: readonly StoredRow[];
  readonly readings?: readonly Reading[];
  readonly blobs?: { readonly whole: ReadonlySet<string>; readonly damaged: readonly string[] };
};

/** One line for each kind of breach, with how often and the first example; none where everything holds. */
export function breaches({ posts, rows, readings = [], blobs }: History): string[] {
  const messages = rows.filter(({ type }) => type === 'message');
  return [
    ...logBreaches(rows),
    ...postBreaches(posts, messages),
    ...authorBreaches(posts, messages),
    ...readings.flatMap((reading) => readingBreaches(reading, messages)),
    ...(blobs === undefined ? [] : blobBreaches(messages, blobs)),
  ];
}

/** The log by itself: each (device, id) once, in one order, its clock never falling. */
function logBreaches(rows: readonly StoredRow[]): string[] {
  const breach = new Breaches();
  const known = new Set<string>();
  let before: StoredRow | undefined;
  for (const row of rows) {
    if (row.type === 'message' && known.has(keyOf(row))) breach.add('doubled in the log', row);
    known.add(keyOf(row));
    if (before !== undefined && row.seq <= before.seq) breach.add('out of order in the log', row);
    if (before !== undefined && row.at < before.at) breach.add('earlier than the event before it', row);
    before = row;
  }
  return breach.lines;
}

/** Acknowledged ⊆ logged, at the seq of the ack; and what is logged is what somebody posted. */
function postBreaches(posts: readonly Posted[], messages: readonly StoredRow[]): string[] {
  const breach = new Breaches();
  const rowOf = new Map(messages.toReversed().map((row) => [keyOf(row), row]));
  for (const post of posts) {
    const row = rowOf.get(keyOf(post));
    if (row === undefined) {
      if (post.seq !== undefined) breach.add('acknowledged and lost', post);
      continue;
    }
    if (post.seq !== undefined && row.seq !== post.seq)
      breach.add('acknowledged at another seq', { post, row });
    if (!isSame(post, row)) breach.add('logged with other content', { post, row });
  }
  const made = new Set(posts.map(keyOf));
  for (const row of messages) if (!made.has(keyOf(row))) breach.add('logged and never posted', row);
  return breach.lines;
}

/** What one device posted stands in the log in the order in which it was posted, room by room. */
function authorBreaches(posts: readonly Posted[], messages: readonly StoredRow[]): string[] {
  const breach = new Breaches();
  const rowOf = new Map(messages.toReversed().map((row) => [keyOf(row), row]));
  const last = new Map<string, number>();
  for (const post of posts) {
    const seq = rowOf.get(keyOf(post))?.seq;
    if (seq === undefined) continue;
    if (seq < (last.get(post.device) ?? 0)) breach.add("out of its author's order", post);
    last.set(post.device, seq);
  }
  return breach.lines;
}

/** A reader saw exactly what the log has of its rooms, in its order, each once. */
function readingBreaches({ who, rooms, seen }: Reading, messages: readonly StoredRow[]): string[] {
  const breach = new Breaches(`${who}: `);
  const due = messages.filter(({ room }) => rooms.includes(room));
  const rowOf = new Map(due.map((row) => [row.seq, row]));
  const got = new Set<number>();
  let before = 0;
  for (const one of seen) {
    const row = rowOf.get(one.seq);
    if (got.has(one.seq)) breach.add('seen twice', one);
    else if (one.seq < before) breach.add('seen out of order', one);
    if (row === undefined) breach.add('seen and not there', one);
    else if (!isSame(one, row) || one.id !== row.id) breach.add('seen with other content', { one, row });
    got.add(one.seq);
    before = Math.max(before, one.seq);
  }
  for (const row of due) if (!got.has(row.seq)) breach.add('a gap in what was seen', row);
  return breach.lines;
}

/** Each blob is what its name says, and each file that the log names is there. */
function blobBreaches(messages: readonly StoredRow[], blobs: NonNullable<History['blobs']>): string[] {
  const breach = new Breaches();
  for (const name of blobs.damaged) breach.add('a blob is not what its name says', name);
  const isThere = (sha256: string) => blobs.whole.has(sha256);
  for (const row of messages) {
    if (row.sha256 !== null && !isThere(row.sha256)) breach.add('a file of the log is not there', row);
  }
  return breach.lines;
}

function keyOf({ device, id }: { readonly device: string; readonly id: string }): string {
  return `${device} ${id}`;
}

type Content = { readonly room: string; readonly text: string | null; readonly sha256?: string | null };

function isSame(one: Content, other: Content): boolean {
  return (
    one.room === other.room &&
    (one.text ?? '') === (other.text ?? '') &&
    (one.sha256 ?? null) === (other.sha256 ?? null)
  );
}

class Breaches {
  readonly #about: string;
  readonly #found = new Map<string, { count: number; readonly first: string }>();

  constructor(about = '') {
    this.#about = about;
  }

  add(what: string, example: unknown): void {
    const found = this.#found.get(what);
    if (found === undefined) this.#found.set(what, { count: 1, first: JSON.stringify(example) });
    else found.count += 1;
  }

  get lines(): string[] {
    return [...this.#found].map(
      ([what, { count, first }]) => `${this.#about}${count} ${what}, the first: ${first.slice(0, 400)}`,
    );
  }
}
