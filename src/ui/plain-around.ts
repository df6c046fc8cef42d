// What commands of rooms and people ask of plain mode: the rooms one is in are kept from what the client tells, and what
// the screen would open as a view is printed. Made by plain.ts, one per chat.
import type { Client, ClientEvent } from '../client/client.ts';
import { membersOfDirect, type RoomName } from '../protocol/names.ts';
import type { AnyEvent, NotifyLevel, RoomNote, Seq } from '../protocol/packet.ts';
import { safeLine } from '../text/safe-text.ts';
import { placedLine } from '../text/transcript.ts';
import { type Around, CommandRefused } from './commands/command.ts';
import { findIn } from './search.ts';
import { noSuchMessage } from './state/room-label.ts';

/** Results and messages around a place that are printed at once: a screen full. */
const printedMax = 20;

type Options = {
  readonly client: Client;
  readonly room: () => RoomName;
  readonly notice: (text: string) => void;
  readonly now: () => number;
};

export class PlainAround implements Around {
  readonly #options: Options;
  readonly #rooms = new Map<RoomName, RoomNote>();
  readonly #levels = new Map<RoomName, NotifyLevel>();
  #tellsTyping = false;

  constructor(options: Options) {
    this.#options = options;
  }

  tell(event: ClientEvent): void {
    if (event.type === 'welcome') for (const note of event.welcome.rooms) this.addRoom(note);
    if (event.type === 'marks') for (const { room, level } of event.marks) this.#levels.set(room, level);
    if (event.type === 'events') for (const one of event.events) this.#note(one);
    if (event.type === 'invited') this.#invited(event.invited);
    if (event.type === 'entered') this.addRoom(event.note);
    if (event.type === 'left') this.#left(event.room);
  }

  #left(room: RoomName): void {
    const isOpen = this.#options.room() === room;
    if (isOpen)
      this.#options.notice(`You left ${this.label(room)} on another device. /join ROOM goes on elsewhere.`);
    this.closeRoom(room);
  }

  #note(event: AnyEvent): void {
    const held = this.#rooms.get(event.room);
    if (held && event.type === 'topic') this.#rooms.set(event.room, { ...held, topic: event.text });
  }

  #invited({ room, by }: Extract<ClientEvent, { type: 'invited' }>['invited']): void {
    if (room.access === 'direct') this.addRoom(room);
    else this.#options.notice(`${safeLine(by)} invites you to #${room.room}. /join ${room.room} enters it.`);
  }

  rooms(): readonly RoomNote[] {
    return [...this.#rooms.values()];
  }

  nicks(): readonly string[] {
    return this.rooms().flatMap((note) => (note.with ? [note.with.nick] : []));
  }

  label(room: RoomName): string {
    const nick = this.#rooms.get(room)?.with?.nick;
    if (nick !== undefined) return `@${safeLine(nick)}`;
    return membersOfDirect(room) ? '@?' : `#${room}`;
  }

  level(room: RoomName): NotifyLevel {
    return this.#levels.get(room) ?? 'all';
  }

  setLevel(room: RoomName, level: NotifyLevel): void {
    this.#levels.set(room, level);
  }

  addRoom(note: RoomNote): void {
    this.#rooms.set(note.room, note);
  }

  closeRoom(room: RoomName): void {
    this.#rooms.delete(room);
  }

  invitedTo(): void {}

  ignoredChanged(): void {}

  highlightsChanged(): void {}

  tellsTyping(): boolean {
    return this.#tellsTyping;
  }

  /** Lines come whole: there is no typing to tell of. */
  tellTyping(): void {
    this.#tellsTyping = false;
  }

  async find(of: 'search' | 'mentions', query: string): Promise<void> {
    const { client, notice } = this.#options;
    await canAnswer(client);
    const found = await findIn(client, of, { query: query.trim() });
    const { events } = found;
    const where = found.isLocal ? 'Offline: only what is kept here was searched.\n' : '';
    if (events.length === 0) notice(`${where}Nothing was found.`);
    else notice(where + this.#lines(events.slice(-printedMax)));
  }

  async goTo(to: { readonly seq: Seq } | { readonly at: number }): Promise<void> {
    const { client, room, notice } = this.#options;
    const bounds = 'seq' in to ? { around: to.seq } : to;
    const { events } = await client.history(room(), { ...bounds, limit: printedMax });
    if ('seq' in to && !events.some(({ seq }) => seq === to.seq))
      throw new CommandRefused(noSuchMessage(to.seq, this.label(room())));
    notice(events.length === 0 ? 'Nothing was said from then on.' : this.#lines(events));
  }

  firstUnread(): void {
    this.#options.notice('Plain mode keeps no place: what came is printed above.');
  }

  now(): number {
    return this.#options.now();
  }

  #lines(events: readonly AnyEvent[]): string {
    return events.flatMap((event) => placedLine(event, this.label(event.room)) ?? []).join('\n');
  }
}

/** Resolves when the server can be asked, has not been reached where this machine can answer, or never will be. */
async function canAnswer(client: Client): Promise<void> {
  const waits = () =>
    client.status.is === 'connecting' || (client.status.is === 'waiting' && !client.isKeeping);
  if (!waits()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = client.listen(() => {
    if (!waits()) resolve();
  });
  await promise;
  stop();
}
