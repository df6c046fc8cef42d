// Who may do what where: the one table, operation × role × room. The session asks it before any handler runs, and
// what reads without naming a room (sync, fetch) asks it for each room. Knowing a name or an id is no permission.
//
// Left out until rooms can be private: every room that exists may be read and posted in by every member.
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import { defaultRoom } from '../protocol/limits.ts';
import type { RoomName } from '../protocol/names.ts';
import type { ClientKind, MemberId } from '../protocol/packet.ts';
import type { People } from '../store/people.ts';

/** `visitor`: admitted without a nick, so nobody's member; it may look (`who` and `history` ask for no nick). */
export const roleNames = ['chat', 'script', 'visitor', 'control'] as const;
export type Role = (typeof roleNames)[number];

/** `none`: the operation names no room. `joined`: the member is in it. `absent`: nobody made it yet. */
export const roomKinds = ['none', 'joined', 'open', 'absent'] as const;
export type RoomKind = (typeof roomKinds)[number];

/** Everything that is asked after `hello`. */
export type Operation = Exclude<ClientKind, 'hello'>;

type Rule = {
  readonly roles: readonly Role[];
  /** What is answered for a room that nobody made yet; `made`: the operation makes it. */
  readonly absent: 'made' | 'no-such-room';
};

const people = ['chat', 'script'] as const;
const readers = ['chat', 'script', 'visitor'] as const;

const table: Readonly<Record<Operation, Rule>> = {
  post: { roles: people, absent: 'no-such-room' },
  sync: { roles: readers, absent: 'no-such-room' },
  history: { roles: readers, absent: 'no-such-room' },
  // Scripts do not show as joins and leaves.
  join: { roles: ['chat'], absent: 'made' },
  part: { roles: ['chat'], absent: 'no-such-room' },
  nick: { roles: people, absent: 'no-such-room' },
  who: { roles: readers, absent: 'no-such-room' },
  offer: { roles: people, absent: 'no-such-room' },
  fetch: { roles: readers, absent: 'no-such-room' },
  handover: { roles: ['control'], absent: 'no-such-room' },
  ping: { roles: roleNames, absent: 'no-such-room' },
  pong: { roles: roleNames, absent: 'no-such-room' },
  bye: { roles: roleNames, absent: 'no-such-room' },
};

/** The table's answer: allowed, or the code of the refusal. */
export function verdict(operation: Operation, role: Role, room: RoomKind): 'allowed' | ErrorCode {
  const rule = table[operation];
  if (!rule.roles.includes(role)) return 'not-allowed';
  if (room === 'absent' && rule.absent !== 'made') return rule.absent;
  return 'allowed';
}

export function roomKind(store: People, member: MemberId, room: RoomName): RoomKind {
  if (store.roomsOf(member).includes(room)) return 'joined';
  return room === defaultRoom || store.room(room) !== undefined ? 'open' : 'absent';
}

/** Throws the table's refusal as a sentence. */
export function demand(operation: Operation, role: Role, kind: RoomKind, room?: RoomName): void {
  const answer = verdict(operation, role, kind);
  if (answer === 'allowed') return;
  if (answer === 'no-such-room') {
    throw new Refusal(answer, `There is no room #${room} here. Join it to make it, or check its name.`);
  }
  throw new Refusal(answer, `A ${role} connection may not ask for ${operation} here.`);
}
