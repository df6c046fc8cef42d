// Packets as a server would tell them, short to write in tests of the screen.
import type { ClientEvent } from '../../src/client/client.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import type {
  AnyEvent,
  LogId,
  MemberId,
  MessageEvent,
  PostId,
  Seq,
  ServerPackets,
} from '../../src/protocol/packet.ts';
import type { Action } from '../../src/ui/state/actions.ts';

export const room = 'general' as RoomName;
/** Noon of a day, local time, so that no test depends on where it runs. */
export const noon = new Date(2026, 10, 22, 12, 0).getTime();

export const memberOf = (nick: string): MemberId =>
  [...nick].reduce((sum, char) => sum * 31 + (char.codePointAt(0) ?? 0), 7) as MemberId;

export const postId = (number: number): PostId =>
  `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}` as PostId;

export const message = (seq: number, text: string, more: Partial<MessageEvent> = {}): MessageEvent => ({
  type: 'message',
  seq: seq as Seq,
  room,
  member: memberOf(more.nick ?? 'bob'),
  nick: 'bob',
  at: noon + seq * 1_000,
  id: postId(seq),
  text,
  ...more,
});

export const membership = (seq: number, type: 'join' | 'part', nick: string): AnyEvent => ({
  type,
  seq: seq as Seq,
  room,
  member: memberOf(nick),
  nick,
  at: noon + seq * 1_000,
});

const client = (event: ClientEvent): Action => ({ type: 'client', at: noon, event });

export const came = (...events: readonly AnyEvent[]): Action =>
  client({ type: 'events', events: [...events], gaps: [], isLive: true });

export const online: Action = client({ type: 'status', status: { is: 'online' } });

export const clientEvent = client;

export const greeting: ServerPackets['welcome'] = {
  kind: 'welcome',
  protocol: 1,
  features: [],
  server: { name: 'test', version: '0' },
  logId: 'a'.repeat(22) as LogId,
  tail: 0 as Seq,
  at: noon,
  member: memberOf('ada'),
  device: 1 as ServerPackets['welcome']['device'],
  nick: 'ada',
  rooms: [{ room, topic: 'the topic', members: 1, access: 'public', past: 'whole' }],
  uploadBytes: 1e9,
};

export const welcome = (more: Partial<ServerPackets['welcome']> = {}): Action =>
  client({ type: 'welcome', isNewLog: false, welcome: { ...greeting, ...more } });

export const past = (
  side: 'older' | 'newer' | 'first' | 'newest',
  events: readonly AnyEvent[],
  more = false,
): Action => ({
  type: 'past',
  room,
  want:
    side === 'older' ? { side, before: 0 as Seq } : side === 'newer' ? { side, after: 0 as Seq } : { side },
  past: { kind: 'past', re: 1, room, events: [...events], more },
});

export const roster = (...nicks: readonly string[]): Action => ({
  type: 'roster',
  roster: {
    kind: 'roster',
    re: 1,
    online: nicks.length,
    people: nicks.map((nick) => ({
      member: memberOf(nick),
      nick,
      state: 'online',
      since: noon,
      rooms: [room],
    })),
  },
});
