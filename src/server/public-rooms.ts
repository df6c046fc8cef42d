// The names of all public rooms, kept until there is another one or one is closed: each search looks through them, as one
// types, and on a server of ten thousand rooms to ask the store each time would take 20 ms of everybody's.
import { isDirect, type RoomName } from '../protocol/names.ts';
import type { StoredEvent } from '../store/log.ts';
import type { People } from '../store/people.ts';

/** Rooms that the store is asked for at a time. */
const pageRooms = 500;

export class PublicRooms {
  readonly #people: Pick<People, 'publicRooms'>;
  #names: ReadonlySet<RoomName> | undefined;

  constructor(people: Pick<People, 'publicRooms'>) {
    this.#people = people;
  }

  /** As of the log's tail: what was closed a moment ago may still be among them, so each event is asked for again. */
  get names(): ReadonlySet<RoomName> {
    this.#names ??= new Set(namesOf(this.#people));
    return this.#names;
  }

  tell(events: readonly StoredEvent[]): void {
    for (const { body, room } of events) {
      const isNew = body.type === 'join' && !isDirect(room) && this.#names?.has(room) === false;
      if (isNew || body.type === 'room') this.#names = undefined;
    }
  }
}

export function* namesOf(people: Pick<People, 'publicRooms'>): Generator<RoomName> {
  for (let after = ''; ; ) {
    const page = people.publicRooms(after, pageRooms);
    for (const { room } of page) yield room;
    if (page.length < pageRooms) return;
    after = page.at(-1)?.room ?? '';
  }
}
