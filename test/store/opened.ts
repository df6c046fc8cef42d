// What the store tests build on: temporary data folders, events, and the two ways to open a store.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RoomName } from '../../src/protocol/names.ts';
import type { DeviceId, FileNote, MemberId, PostId, Seq, Sha256 } from '../../src/protocol/packet.ts';
import type { EventBody, NewEvent, StoredEvent } from '../../src/store/log.ts';
import { openMemoryStore, openSqliteStore, type Store, type StoreOptions } from '../../src/store/open.ts';

export type OpenStore = (options: StoreOptions) => Promise<Store>;

export const stores: readonly (readonly [name: string, open: OpenStore])[] = [
  ['memory', openMemoryStore],
  ['sqlite', openSqliteStore],
];

export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-tui-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a folder of its own, closed and removed when the test ends. */
export async function opened(open: OpenStore, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await open({ folder: await makeDataFolder(), ...options });
  onTestFinished(() => store.close());
  return store;
}

export const asSeq = (n: number) => n as Seq;
export const asMember = (n: number) => n as MemberId;
export const asDevice = (n: number) => n as DeviceId;
export const asRoom = (name: string) => name as RoomName;
export const general = asRoom('general');

export function postId(n: number): PostId {
  const hex = n.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000` as PostId;
}

export type EventWish = Partial<Omit<NewEvent, 'body'>> & {
  readonly body?: EventBody;
  readonly text?: string;
};

/** The nth event of device 1, unless told otherwise. */
export function event(n: number, wish: EventWish = {}): NewEvent {
  const { room = general, member = asMember(1), device = asDevice(1), id = postId(n) } = wish;
  return { room, member, device, id, body: wish.body ?? { type: 'message', text: wish.text ?? `text ${n}` } };
}

export function digestOf(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}

export function fileNote(content: string, name = 'plan.pdf'): FileNote {
  const bytes = Buffer.from(content);
  return { name, size: bytes.length, sha256: digestOf(bytes) };
}

/** Everything the store announces from now on. */
export function listen(store: Store): StoredEvent[] {
  const told: StoredEvent[] = [];
  store.log.subscribe((events) => told.push(...events));
  return told;
}

export const roomy = { limit: 1_000, bytesMax: 10_000_000 } as const;

/** The whole room, page by page. */
export async function wholeRoom(store: Store, room: RoomName): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  while (true) {
    const after = events.at(-1)?.seq ?? asSeq(0);
    const page = await store.log.page({ rooms: [room], after, take: 'oldest', ...roomy });
    events.push(...page.events);
    if (!page.more) return events;
  }
}
