// Prints what the client tells as plain lines: what was said on `output`, how the connection fares on `errors`.
// Made by plain.ts, one per chat.
import type { Client, ClientEvent } from '../client/client.ts';
import type { RoomName } from '../protocol/names.ts';
import type { AnyEvent } from '../protocol/packet.ts';
import { safeText } from '../text/safe-text.ts';
import type { KnownFile } from './commands/command.ts';
import { dayLine, eventLine, messageLine, presenceLine } from './plain-lines.ts';
import { dayName } from './text/format.ts';

export const plainViewLimits = {
  /** Messages of the past shown at the beginning: a screen and a half. */
  backlogLines: 40,
  /** Files of the room that /get knows by name. */
  files: 500,
} as const;

export type PlainViewOptions = {
  readonly client: Client;
  readonly room: RoomName;
  /** What was typed stands on the terminal already; into a pipe or file it is printed like what others say. */
  readonly own: 'printed' | 'typed-there';
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly now: () => number;
};

export class PlainView {
  readonly #options: PlainViewOptions;
  #room: RoomName;
  #day = '';
  #hasBacklog = false;
  #wasOffline = false;
  #files: readonly KnownFile[] = [];

  constructor(options: PlainViewOptions) {
    this.#options = options;
    this.#room = options.room;
  }

  get room(): RoomName {
    return this.#room;
  }

  get files(): readonly KnownFile[] {
    return this.#files;
  }

  /** From here on another room's messages are printed, its newest first of all. */
  async open(room: RoomName): Promise<void> {
    this.#room = room;
    this.#files = [];
    this.notice(`Now in #${room}`);
    const past = await this.#options.client.history(room, { limit: plainViewLimits.backlogLines });
    if (this.#room === room) this.#events(past.events);
  }

  /** A line that only this user sees. */
  notice(text: string): void {
    this.#options.print(safeText(text).replaceAll('\n', '\n      | '));
  }

  tell(event: ClientEvent): void {
    if (event.type === 'events') this.#batch(event);
    else if (event.type === 'acked') this.#acked(event);
    else if (event.type === 'presence') this.#presence(event.presence.changes);
    else if (event.type === 'status') this.#status(event.status);
    else if (event.type === 'welcome' && event.isNewLog) this.#hasBacklog = false;
  }

  #batch({ events, gaps, isLive }: Extract<ClientEvent, { type: 'events' }>): void {
    const ours = events.filter(({ room }) => room === this.#room);
    const isBacklog = !isLive && !this.#hasBacklog;
    if (!isBacklog && gaps.some(({ room }) => room === this.#room)) {
      this.notice('-- messages were left out here; chat-tui history prints them');
    }
    this.#events(isBacklog ? ours.slice(-plainViewLimits.backlogLines) : ours);
    this.#hasBacklog = true;
  }

  #events(events: readonly AnyEvent[]): void {
    for (const event of events) {
      if (event.type === 'message') this.#remember(event);
      const line = eventLine(event);
      if (line !== undefined) this.#dated(line, event.at);
    }
  }

  #remember({ seq, file }: Extract<AnyEvent, { type: 'message' }>): void {
    if (file) this.#files = [...this.#files, { seq, ...file }].slice(-plainViewLimits.files);
  }

  #acked({ entry, seq, at }: Extract<ClientEvent, { type: 'acked' }>): void {
    if (entry.file) this.#files = [...this.#files, { seq, ...entry.file }].slice(-plainViewLimits.files);
    if (this.#options.own === 'typed-there' && !entry.file) return;
    const nick = this.#options.client.welcome?.nick ?? '';
    this.#dated(messageLine({ ...entry, nick, seq, at }), at);
  }

  #presence(changes: Extract<ClientEvent, { type: 'presence' }>['presence']['changes']): void {
    const at = this.#options.now();
    const me = this.#options.client.welcome?.member;
    for (const change of changes) {
      const line = change.member === me ? undefined : presenceLine(change, at);
      if (line !== undefined) this.#dated(line, at);
    }
  }

  #status(status: Extract<ClientEvent, { type: 'status' }>['status']): void {
    if (status.is === 'waiting' && !this.#wasOffline) {
      this.#wasOffline = true;
      this.#options.warn(`offline: ${safeText(status.reason)}`);
    }
    if (status.is === 'online' && this.#wasOffline) {
      this.#wasOffline = false;
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
