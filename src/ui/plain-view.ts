// Prints what the client tells as plain lines: what was said on `output`, how the connection fares on `errors`.
// Made by plain.ts, one per chat.

import type { Client, ClientEvent } from '../client/client.ts';
import { errorOf } from '../client/errors.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent, MemberId, PostId, Seq } from '../protocol/packet.ts';
import { type SafeText, safeText } from '../text/safe-text.ts';
import type { KnownFile } from './commands/command.ts';
import { askAgainMs, type Chance, isWithoutNames, realChance } from './people.ts';
import { dayLine, eventLine, presenceLine } from './plain-lines.ts';
import { PlainTalk } from './plain-talk.ts';
import { again, gone, isBack, nobody } from './state/returning.ts';
import { isDirect } from './state/room-label.ts';
import { dayName } from './text/format.ts';

export const plainViewLimits = {
  /** Messages of the past shown at the beginning: a screen and a half. */
  backlogLines: 40,
  /** Files of the room that /get knows by name. */
  files: 500,
  /** People asked for at each login: who is known to be here is no news when the server restarts. */
  people: 500,
} as const;

export type PlainViewOptions = {
  readonly client: Client;
  readonly room: RoomName;
  /** What was typed stands on the terminal already; into a pipe or file it is printed like what others say. */
  readonly own: 'printed' | 'typed-there';
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly now: () => number;
  /** What people call a room; by its name where there is nobody to say. */
  readonly label?: (room: RoomName) => string;
  readonly chance?: Chance;
};

type Change = Extract<ClientEvent, { type: 'presence' }>['presence']['changes'][number];

export class PlainView {
  readonly #options: PlainViewOptions;
  #room: RoomName;
  #day = '';
  #wasOffline = false;
  #files: readonly KnownFile[] = [];
  /** The last event of the backlog; `undefined` until that is printed, and what comes meanwhile is held. */
  #backlogTo: number | undefined;
  #held: AnyEvent[] = [];
  /** Typed here before the backlog came, which then may have it as well. */
  #typed = new Set<number>();
  /** Who is known to be here. */
  readonly #present = new Set<MemberId>();
  #returning = nobody;

  readonly #talk: PlainTalk;
  /** Said in an earlier run: nobody saw it typed here. */
  readonly #fromBefore: ReadonlySet<PostId>;

  constructor(options: PlainViewOptions) {
    this.#options = options;
    this.#talk = new PlainTalk({
      me: () => options.client.welcome?.member,
      notice: (text) => this.notice(text),
    });
    this.#room = options.room;
    this.#fromBefore = new Set(options.client.outbox.map(({ id }) => id));
    if (this.#fromBefore.size > 0)
      this.notice(`-- waiting for the server from last time: ${this.#fromBefore.size}`);
  }

  get room(): RoomName {
    return this.#room;
  }

  get talk(): PlainTalk {
    return this.#talk;
  }

  get files(): readonly KnownFile[] {
    return this.#files;
  }

  /** From here on this room's messages are printed, the newest of its past first of all. */
  async open(room: RoomName): Promise<void> {
    this.#room = room;
    this.#files = [];
    this.#talk.clear();
    this.#held = [];
    this.#backlogTo = undefined;
    const past = await this.#past(room);
    if (this.#room !== room) return;
    const backlogTo = past.at(-1)?.seq ?? 0;
    const held = this.#held;
    this.#held = [];
    this.#backlogTo = backlogTo;
    const typed = this.#typed;
    this.#typed = new Set();
    const fresh = held.filter(({ seq }) => seq > backlogTo);
    this.#events([...past.filter(({ seq }) => !typed.has(seq)), ...fresh]);
  }

  /** Joins as well: only members are told what is said. */
  async #past(room: RoomName): Promise<readonly AnyEvent[]> {
    const { client, warn } = this.#options;
    try {
      // One is in a direct room by its being opened.
      if (!isDirect(room)) await client.join(room);
      return (await client.history(room, { limit: plainViewLimits.backlogLines })).events;
    } catch (error) {
      warn(`${this.#label(room)}: ${safeText(errorOf(error).message)}`);
      return [];
    }
  }

  #label(room: RoomName): string {
    return this.#options.label?.(room) ?? `#${room}`;
  }

  /** A line that only this user sees. */
  notice(text: string): void {
    this.#options.print(safeText(text).replaceAll('\n', '\n      | '));
  }

  tell(event: ClientEvent): void {
    if (event.type === 'events') this.#batch(event);
    else if (event.type === 'acked') this.#acked(event);
    else if (isWithoutNames(event)) this.#askAgain();
    else if (event.type === 'presence') this.#presence(event.presence.changes);
    else if (event.type === 'status') this.#status(event.status);
    else if (event.type === 'transfer') this.#transfer(event.transfer);
    else if (event.type === 'trouble') this.#options.warn(safeText(event.sentence));
    else if (event.type === 'welcome') this.#welcome(event.isNewLog);
  }

  #isAsking = false;

  /** Too many came or went to be told: who is gone by now is seen by asking, a while later than the others ask. */
  #askAgain(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { after, random } = this.#options.chance ?? realChance;
    after(askAgainMs(random), () => {
      this.#isAsking = false;
      void this.#meet('anew');
    });
  }

  #isOpened = false;

  #welcome(isNewLog: boolean): void {
    void this.#meet('first');
    if (this.#isOpened && !isNewLog) return;
    this.#isOpened = true;
    void this.open(this.#room);
  }

  /** The server is not there: what earlier runs kept is, and what was missed comes behind it. */
  #showKept(): void {
    const kept = this.#options.client.kept(this.#room);
    if (!kept?.rooms.some(({ room }) => room === this.#room)) return;
    this.#isOpened = true;
    this.#backlogTo = kept.events.at(-1)?.seq ?? 0;
    this.#events(kept.events.slice(-plainViewLimits.backlogLines));
  }

  /** Who was here before this user came is told of by nobody. */
  async #meet(how: 'first' | 'anew'): Promise<void> {
    try {
      const { people } = await this.#options.client.who({ most: plainViewLimits.people });
      if (how === 'anew') this.#present.clear();
      for (const { member } of people) this.#present.add(member);
    } catch {
      // The connection went again: the next welcome asks anew.
    }
  }

  #batch({ events, gaps, isLive }: Extract<ClientEvent, { type: 'events' }>): void {
    const isGap = gaps.some(({ room }) => room === this.#room);
    if (isGap && this.#backlogTo !== undefined) {
      this.notice('-- messages were left out here; chat-tui history prints them');
    }
    this.#events(events.filter(({ room }) => room === this.#room));
    if (isLive) for (const one of events) this.#direct(one);
  }

  /** What is said to this user alone is printed wherever one is. */
  #direct(event: AnyEvent): void {
    if (event.type !== 'message' || event.room === this.#room || !isDirect(event.room)) return;
    const line = this.#isHeard(event) ? eventLine(event) : undefined;
    if (line !== undefined) this.#dated(`${this.#label(event.room)} ${line}`, event.at);
  }

  #isHeard({ member }: AnyEvent): boolean {
    return !this.#options.client.ignored.has(member);
  }

  #events(events: readonly AnyEvent[]): void {
    if (this.#backlogTo === undefined) {
      this.#held.push(...events);
      return;
    }
    for (const event of events) {
      if (event.type === 'message') this.#remember(event);
      // Who joins is here: that needs no second line.
      if (event.type === 'join') this.#present.add(event.member);
      // Named as it was before: of a message that is deleted nothing is said again.
      const line = this.#isHeard(event) ? eventLine(event, (seq) => this.#about(event, seq)) : undefined;
      this.#talk.note(event);
      if (line !== undefined) this.#dated(line, event.at);
    }
  }

  #about(event: AnyEvent, seq: Seq): SafeText {
    if (event.type === 'deletion') this.#talk.note(event);
    return this.#talk.about(seq);
  }

  #remember({ seq, file }: Extract<AnyEvent, { type: 'message' }>): void {
    if (file) this.#files = [...this.#files, { seq, ...file }].slice(-plainViewLimits.files);
  }

  #acked({ event, entry, isTold }: Extract<ClientEvent, { type: 'acked' }>): void {
    if (event.room !== this.#room || isTold === true) return;
    const isTypedThere = this.#options.own === 'typed-there' && !this.#fromBefore.has(entry.id);
    if (isTypedThere && !(event.type === 'message' && event.file)) {
      if (this.#backlogTo === undefined) this.#typed.add(event.seq);
      this.#talk.note(event);
      return;
    }
    this.#events([event]);
  }

  #presence(changes: Extract<ClientEvent, { type: 'presence' }>['presence']['changes']): void {
    const at = this.#options.now();
    const me = this.#options.client.welcome?.member;
    for (const change of changes) {
      // Of oneself only a new name is news.
      const isNews = change.was !== undefined || (change.member !== me && this.#isTurn(change, at));
      const line = isNews ? presenceLine(change, at) : undefined;
      if (line !== undefined) this.#dated(line, at);
    }
  }

  /** Whether somebody came or went: not who is merely back from being away, or with the connection. */
  #isTurn({ member, state }: Change, at: number): boolean {
    if (state === 'offline') {
      this.#present.delete(member);
      return true;
    }
    const wasHere = this.#present.has(member) || isBack(this.#returning, member, at);
    this.#present.add(member);
    return !wasHere;
  }

  #transfer({ direction, step, path }: Extract<ClientEvent, { type: 'transfer' }>['transfer']): void {
    if (direction === 'down' && step === 'done' && path !== undefined) this.notice(`Saved as ${path}`);
  }

  #status(status: Extract<ClientEvent, { type: 'status' }>['status']): void {
    if (status.is === 'waiting' && !this.#wasOffline) {
      this.#returning = gone(this.#present);
      this.#present.clear();
      this.#wasOffline = true;
      this.#options.warn(`offline: ${safeText(status.reason)}`);
      if (!this.#isOpened) this.#showKept();
    }
    if (status.is === 'online' && this.#wasOffline) {
      this.#wasOffline = false;
      this.#returning = again(this.#returning, this.#options.now());
      this.#options.warn('online again');
    }
  }

  #dated(line: string, at: number): void {
    const day = dayName(at);
    if (day !== this.#day) this.#options.print(dayLine(at));
    this.#day = day;
    this.#options.print(line);
  }
}
