// What a power cut leaves of a folder, from the journal of all that was done to it. The model is the one of Pillai and
// others, "All File Systems Are Not Created Equal" (OSDI 2014), with what SQLite takes for granted ("Atomic Commit In
// SQLite", sections 2 and 9: https://www.sqlite.org/atomiccommit.html):
//
// - Bytes last that a sync of their file covers, begun after the write and done before the cut. Of all other writes each
//   block (512 or 4096 bytes) is there or not, in any order, and so is each change of length. What was there before and
//   was not written to is not harmed (SQLite's "powersafe overwrite").
// - A name (made, moved, taken away) lasts with a sync of its folder, not with one of its file: more than ext4 and xfs
//   would lose, and what fsync(2) says. A move is whole or not at all, and lasts with a sync of either folder.
//   Of the other names each is there or not; or, as a file system with a journal does it, those done first are.
// - A sync of a file that failed has lost the bytes it was to cover: later ones that succeed do not bring them back
//   (Rebello and others, "Can Applications Recover from fsync Failures?", ATC 2020). Names wait in the file system's
//   journal for the next one.
//
// Left out: the bits that rot, disks that lie about a flush, and modes and times, which nothing here relies upon.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change } from './journal.ts';

type Edit = Extract<Change, { op: 'write' | 'truncate' }>;
type Sync = Extract<Change, { op: 'sync' }>;
type Thing = {
  readonly isFolder: boolean;
  readonly before: Buffer;
  readonly edits: Edit[];
  readonly syncs: Sync[];
};
/** A thing gets a name, loses one, or both at once. `path` of the folders that make it last. */
type Naming = {
  readonly at: number;
  readonly folders: readonly Thing[];
  readonly gone?: string;
  readonly there?: readonly [path: string, thing: Thing];
};

/** Paths from the folder that was watched on, which itself is the empty one. */
export type Disk = { readonly names: ReadonlyMap<string, Thing>; readonly namings: readonly Naming[] };

/** Of what was not synced, how much is there: 0 nothing, 1 everything. */
export type Luck = {
  readonly bytes: number;
  readonly names: number;
  readonly order: 'of names' | 'none';
  readonly blockBytes: 512 | 4096;
  readonly random: () => number;
};

/** What a folder holds; `undefined` for a folder in it. */
export type Content = ReadonlyMap<string, Buffer | undefined>;

/** SQLite's shared memory: mapped, so not recorded, and made anew at each start. */
const isUnrecorded = (path: string) => path.endsWith('-shm');

export function contentOf(folder: string, within = ''): Map<string, Buffer | undefined> {
  const content = new Map<string, Buffer | undefined>();
  if (!existsSync(folder)) return content;
  content.set(within, undefined);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [path, name] = [join(folder, entry.name), join(within, entry.name)];
    if (isUnrecorded(name)) continue;
    if (entry.isDirectory()) for (const [below, bytes] of contentOf(path, name)) content.set(below, bytes);
    else content.set(name, readFileSync(path));
  }
  return content;
}

export function writeContent(content: Content, folder: string): void {
  for (const [path, bytes] of content) {
    if (bytes === undefined) mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
    else writeFileSync(join(folder, path), bytes, { mode: 0o600 });
  }
}

const thing = (isFolder: boolean, before: Buffer = Buffer.alloc(0)): Thing => ({
  isFolder,
  before,
  edits: [],
  syncs: [],
});

/** `before` is what the folder `root` held when the journal began, all of it on disk. */
export function diskOf(root: string, before: Content, changes: readonly Change[]): Disk {
  const names = new Map([...before].map(([path, bytes]) => [path, thing(bytes === undefined, bytes)]));
  const walk = new Walk(root, names);
  for (const change of changes) walk.follow(change);
  return { names, namings: walk.namings };
}

/** Follows the journal with a tree that has every change, to know which file each one is about. */
class Walk {
  readonly namings: Naming[] = [];
  readonly #root: string;
  /** The folder that the root's own name stands in. */
  readonly #above = thing(true);
  readonly #live: Map<string, Thing>;
  readonly #byInode = new Map<bigint, Thing>();

  constructor(root: string, names: ReadonlyMap<string, Thing>) {
    this.#root = root;
    this.#live = new Map(names);
  }

  follow(change: Change): void {
    if (change.op === 'open') this.#open(change);
    else if (change.op === 'sync') this.#byInode.get(change.inode)?.syncs.push(change);
    else if ('inode' in change) this.#byInode.get(change.inode)?.edits.push(change);
    else this.#name(change.at, this.#naming(change));
  }

  #open({ at, inode, path, isNew, isEmptied }: Extract<Change, { op: 'open' }>): void {
    if (isNew) this.#name(at, { there: [this.#below(path), thing(false)] });
    const one = path.length < this.#root.length ? this.#above : this.#live.get(this.#below(path));
    if (one === undefined) throw new Error(`${path} was opened, and nothing is known to have made it.`);
    this.#byInode.set(inode, one);
    if (isEmptied) one.edits.push({ op: 'truncate', at, inode, length: 0 });
  }

  #naming(change: Extract<Change, { path: string }>): Pick<Naming, 'gone' | 'there'> {
    const path = this.#below(change.path);
    if (change.op === 'unlink') return { gone: path };
    if (!('to' in change)) return { there: [path, thing(true)] };
    const one = this.#live.get(path);
    if (one === undefined)
      throw new Error(`${change.path} got another name, and nothing is known to have made it.`);
    return { there: [this.#below(change.to), one], ...(change.op === 'rename' ? { gone: path } : {}) };
  }

  #name(at: number, naming: Pick<Naming, 'gone' | 'there'>): void {
    const { gone, there } = naming;
    const paths = [...(gone === undefined ? [] : [gone]), ...(there === undefined ? [] : [there[0]])];
    this.namings.push({ at, folders: paths.flatMap((path) => this.#folderOf(path) ?? []), ...naming });
    if (gone !== undefined) this.#live.delete(gone);
    if (there !== undefined) this.#live.set(...there);
  }

  #folderOf(path: string): Thing | undefined {
    return path === '' ? this.#above : this.#live.get(parentOf(path));
  }

  #below(path: string): string {
    return path.slice(this.#root.length + 1);
  }
}

function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === '.' ? '' : parent;
}

/** What is found after the power came back, when it was cut at this place of the journal. */
export function afterCut(disk: Disk, cut: number, luck: Luck): Map<string, Buffer | undefined> {
  const names = new Map(disk.names);
  for (const { gone, there } of lasting(disk.namings, cut, luck)) {
    if (gone !== undefined) names.delete(gone);
    if (there !== undefined) names.set(...there);
  }
  const content = new Map<string, Buffer | undefined>();
  // Shorter paths first: what is in a folder that is not there is not there.
  for (const [path, one] of [...names].sort(([a], [b]) => a.length - b.length)) {
    const isReached = path === '' || content.has(parentOf(path));
    if (isReached && !isUnrecorded(path))
      content.set(path, one.isFolder ? undefined : bytesOf(one, cut, luck));
  }
  return content;
}

function lasting(namings: readonly Naming[], cut: number, luck: Luck): readonly Naming[] {
  const done = namings.filter(({ at }) => at <= cut);
  const isSynced = ({ at, folders }: Naming) =>
    folders.some(({ syncs }) => coveredBy(at, syncs, cut).some(({ hasFailed }) => !hasFailed));
  if (luck.order === 'none') return done.filter((one) => isSynced(one) || luck.random() < luck.names);
  const synced = done.findLastIndex(isSynced) + 1;
  const unsynced = done.length - synced;
  return done.slice(0, synced + Math.round(luck.random() * luck.names * unsynced));
}

function coveredBy(at: number, syncs: readonly Sync[], cut: number): readonly Sync[] {
  return syncs.filter((sync) => sync.since >= at && sync.at <= cut);
}

function bytesOf({ before, edits, syncs }: Thing, cut: number, luck: Luck): Buffer {
  const done = edits.filter(({ at }) => at <= cut);
  const most = done.reduce(
    (size, edit) => Math.max(size, edit.op === 'write' ? edit.offset + edit.bytes.length : edit.length),
    before.length,
  );
  const bytes = Buffer.alloc(most);
  let size = before.copy(bytes);
  for (const edit of done) {
    // The first that covers it decides: bytes that a failed sync has lost are not brought by the next one.
    const lasts = coveredBy(edit.at, syncs, cut)[0]?.hasFailed === false;
    if (edit.op === 'truncate') {
      if (!lasts && luck.random() >= luck.bytes) continue;
      if (edit.length < size) bytes.fill(0, edit.length, size);
      size = edit.length;
      continue;
    }
    for (const piece of lasts ? [edit] : torn(edit, luck)) {
      piece.bytes.copy(bytes, piece.offset);
      size = Math.max(size, piece.offset + piece.bytes.length);
    }
  }
  return bytes.subarray(0, size);
}

/** The blocks of a write that came to the disk. */
function torn({ offset, bytes }: Extract<Edit, { op: 'write' }>, { bytes: kept, blockBytes, random }: Luck) {
  const pieces: { readonly offset: number; readonly bytes: Buffer }[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + blockBytes - ((offset + from) % blockBytes));
    if (random() < kept) pieces.push({ offset: offset + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return pieces;
}
