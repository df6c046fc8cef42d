// Questions whose answers are kept on this machine, and answered from there while no server is. The session is made on
// top of it; without a local store it only asks.
import type { RoomName } from '../protocol/names.ts';
import type { NotifyLevel, ServerPackets } from '../protocol/packet.ts';
import type { Drafts, Found, Highlights, Ignored, Kept, PastBounds } from './client.ts';
import { ConnectionLost } from './errors.ts';
import type { LocalStore } from './local-store.ts';
import { type FoundPage, Questions } from './questions.ts';
import { draftsIn, highlightsIn, ignoredIn } from './words.ts';

/** How far what is kept can be trusted: `synced`, it is as new as the log. */
export type Reach = 'away' | 'syncing' | 'synced';

export abstract class Remembering extends Questions {
  protected local: LocalStore | undefined;
  readonly #moves: RoomName[] = [];
  /** Until there is a local store. */
  readonly #words = {
    drafts: draftsIn(undefined, () => {}),
    ignored: ignoredIn(undefined, () => {}),
    highlights: highlightsIn(undefined, () => {}),
  };

  protected abstract get reach(): Reach;

  get drafts(): Drafts {
    return (this.local ?? this.#words).drafts;
  }

  get ignored(): Ignored {
    return (this.local ?? this.#words).ignored;
  }

  get highlights(): Highlights {
    return (this.local ?? this.#words).highlights;
  }

  get isKeeping(): boolean {
    return this.local !== undefined;
  }

  kept(room: RoomName): Kept | undefined {
    return this.local?.kept(room);
  }

  opened(room: RoomName): void {
    this.local?.opened(room);
  }

  override async history(room: RoomName, bounds: PastBounds): Promise<ServerPackets['past']> {
    const kept = this.reach === 'syncing' ? undefined : this.local?.past(room, bounds);
    if (kept !== undefined) return kept;
    if (this.local !== undefined && this.reach === 'away') {
      throw new ConnectionLost('The server is not connected, and this part is not kept on this machine.');
    }
    const past = await super.history(room, bounds);
    this.local?.takePast(bounds, past);
    return past;
  }

  override search(query: string, page: FoundPage): Promise<Found> {
    return this.#elseLocal(
      () => super.search(query, page),
      (local) => local.search(query, page),
    );
  }

  override mentions(page: FoundPage): Promise<Found> {
    return this.#elseLocal(
      () => super.mentions(page),
      (local) => local.mentions(page),
    );
  }

  override async notify(room: RoomName, level: NotifyLevel): Promise<void> {
    await super.notify(room, level);
    this.local?.notify(room, level);
  }

  override async part(room: RoomName): Promise<void> {
    await this.#moving(room, () => super.part(room));
    this.local?.parted(room);
  }

  override join(room: RoomName): Promise<ServerPackets['joined']> {
    return this.#moving(room, () => super.join(room));
  }

  /** This device is about to enter or leave the room, and hears so by its answer. */
  protected isMoving(room: RoomName): boolean {
    return this.#moves.includes(room);
  }

  async #moving<Answer>(room: RoomName, ask: () => Promise<Answer>): Promise<Answer> {
    this.#moves.push(room);
    try {
      return await ask();
    } finally {
      this.#moves.splice(this.#moves.indexOf(room), 1);
    }
  }

  async #elseLocal(ask: () => Promise<Found>, look: (local: LocalStore) => Found): Promise<Found> {
    const { local } = this;
    if (local !== undefined && this.reach === 'away') return look(local);
    try {
      return await ask();
    } catch (error) {
      // The connection went while it was asked.
      if (local === undefined || !(error instanceof ConnectionLost) || this.reach !== 'away') throw error;
      return look(local);
    }
  }
}
