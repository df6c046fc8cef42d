// What a client can ask of its server and be answered, one method for each: the greater part of `Client`. The session
// is made on top of it. What a person typed is checked here, as a packet over its bound would cost the connection.
import { Refusal } from '../protocol/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { DeviceId, NotifyLevel, RoomNote, Seq, ServerPackets } from '../protocol/packet.ts';
import type { Found, PastBounds } from './client.ts';
import { asAsked, asSought } from './past-check.ts';
import { Requests } from './requests.ts';
import { wholeRoomList } from './room-list.ts';
import { type WhoOptions, wholeRoster } from './roster.ts';

export type FoundPage = { readonly before?: Seq; readonly limit: number };
export type RoomSettings = {
  readonly access?: 'public' | 'private';
  readonly past?: 'whole' | 'invited';
};

export class Questions {
  protected readonly requests = new Requests();

  async history(room: RoomName, bounds: PastBounds): Promise<ServerPackets['past']> {
    const question = (req: number) => ({ kind: 'history' as const, req, room, ...bounds });
    return asAsked(await this.requests.ask(question, 'past', 'ask-again'), room, bounds);
  }

  /** Not asked again after a cut: who searches as they type wants the next question's answer, not this one's. */
  async search(query: string, page: FoundPage): Promise<Found> {
    if (query.length > limits.queryChars) throw tooLong('search-invalid', 'A search', limits.queryChars);
    const wanted = { ...page, limit: Math.min(page.limit, limits.foundEvents) };
    const question = (req: number) => ({ kind: 'search' as const, req, query, ...wanted });
    const { events, more } = asSought(await this.requests.ask(question, 'found', 'reject'), wanted);
    return { events, more };
  }

  async mentions(page: FoundPage): Promise<Found> {
    const wanted = { ...page, limit: Math.min(page.limit, limits.foundEvents) };
    const question = (req: number) => ({ kind: 'mentions' as const, req, ...wanted });
    const { events, more } = asSought(await this.requests.ask(question, 'found', 'reject'), wanted);
    return { events, more };
  }

  async notify(room: RoomName, level: NotifyLevel): Promise<void> {
    await this.requests.ask((req) => ({ kind: 'notify', req, room, level }), 'done', 'ask-again');
  }

  rooms(): Promise<readonly RoomNote[]> {
    return wholeRoomList(this.requests);
  }

  async direct(nick: string): Promise<RoomNote> {
    checkNick(nick);
    return (await this.requests.ask((req) => ({ kind: 'direct', req, nick }), 'joined', 'ask-again')).room;
  }

  /** Not asked again: each time it is asked it is told in the room. */
  async invite(room: RoomName, nick: string): Promise<void> {
    checkNick(nick);
    await this.requests.ask((req) => ({ kind: 'invite', req, room, nick }), 'done', 'reject');
  }

  async configure(room: RoomName, to: RoomSettings): Promise<RoomNote> {
    const question = (req: number) => ({ kind: 'configure' as const, req, room, ...to });
    return (await this.requests.ask(question, 'joined', 'reject')).room;
  }

  async whois(nick: string): Promise<ServerPackets['person']> {
    checkNick(nick);
    return this.requests.ask((req) => ({ kind: 'whois', req, nick }), 'person', 'ask-again');
  }

  /** Not asked again: an answer that is lost on the way is a code that nobody has. */
  async link(nick?: string): Promise<ServerPackets['code']> {
    if (nick !== undefined) checkNick(nick);
    const whose = nick === undefined ? {} : { nick };
    return this.requests.ask((req) => ({ kind: 'link', req, ...whose }), 'code', 'reject');
  }

  async devices(): Promise<ServerPackets['devices']> {
    const answer = await this.requests.ask((req) => ({ kind: 'devices', req }), 'devices', 'ask-again');
    return { ...answer, devices: answer.devices.slice(0, limits.devicesPerMember) };
  }

  async revoke(device: DeviceId): Promise<void> {
    await this.requests.ask((req) => ({ kind: 'revoke', req, device }), 'done', 'reject');
  }

  join(room: RoomName): Promise<ServerPackets['joined']> {
    return this.requests.ask((req) => ({ kind: 'join', req, room }), 'joined', 'ask-again');
  }

  async part(room: RoomName): Promise<void> {
    await this.requests.ask((req) => ({ kind: 'part', req, room }), 'done', 'ask-again');
  }

  who(options: WhoOptions = {}): Promise<ServerPackets['roster']> {
    return wholeRoster(this.requests, options);
  }
}

/** The bound of a nick on the wire: over it the packet is malformed. */
function checkNick(nick: string): void {
  if (nick !== '' && nick.length <= 4 * limits.nickChars) return;
  throw new Refusal('no-such-member', 'That is nobody’s nick.');
}

export function tooLong(code: Refusal['code'], what: string, most: number): Refusal {
  return new Refusal(code, `${what} has at most ${most} characters; make it shorter.`);
}
