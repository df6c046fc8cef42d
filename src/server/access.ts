// Who may do what where: the one table, operation × role × kind of room. The session asks it before any handler runs,
// and what reads without naming a room (sync, fetch, search, mentions) asks room-access.ts for each event.
// Knowing a name or an id is no permission. What an event of a room may be read from is `People.readableFrom`.
import type { ErrorCode } from '../protocol/errors.ts';
import type { ClientKind } from '../protocol/packet.ts';

/** `visitor`: admitted without a nick, so nobody's member; it may look (`who` and `history` ask for no nick). */
export const roleNames = ['chat', 'script', 'visitor', 'control'] as const;
export type Role = (typeof roleNames)[number];

/** What a room is to the caller. `none`: the operation names no room. `absent`: nobody made it yet. */
export const roomKinds = [
  'none',
  'absent',
  'public-open', // not in it
  'public-member',
  'public-owner',
  'private-closed', // neither in it nor invited
  'private-invited',
  'private-owner-left', // made by the caller, who parted
  'private-member',
  'private-owner',
  'direct-foreign', // of two others, or never opened
  'direct-left', // one of the two, who parted
  'direct-member',
] as const;
export type RoomKind = (typeof roomKinds)[number];

/** Everything that is asked after `hello`. */
export type Operation = Exclude<ClientKind, 'hello'>;
export type Verdict = 'allowed' | Extract<ErrorCode, 'not-allowed' | 'no-such-room'>;

/** The answer for each kind of room. */
type Rooms = { readonly [Kind in RoomKind]: Verdict };
type Rule = { readonly roles: readonly Role[]; readonly rooms: Rooms };

const yes = 'allowed';
const no = 'not-allowed';
/** Also the answer for what is there and not to be known of. */
const none = 'no-such-room';

/** Whoever reads: every public room, and others from within. */
const reading: Rooms = {
  none: yes,
  absent: none,
  'public-open': yes,
  'public-member': yes,
  'public-owner': yes,
  'private-closed': none,
  'private-invited': none,
  'private-owner-left': none,
  'private-member': yes,
  'private-owner': yes,
  'direct-foreign': none,
  'direct-left': none,
  'direct-member': yes,
};
/** A message brings both back into a direct room. */
const posting: Rooms = { ...reading, 'direct-left': yes };
/** Only from within. */
const within: Rooms = { ...reading, 'public-open': no };
const joining: Rooms = {
  ...reading,
  absent: yes,
  // That the name is taken cannot be hidden.
  'private-closed': no,
  'private-invited': yes,
  // Of a room that is empty now nobody could invite its maker.
  'private-owner-left': yes,
  // Opened by `direct`.
  'direct-foreign': no,
  'direct-left': no,
  'direct-member': no,
};
/** Leaving where one is not is done already. */
const parting: Rooms = { ...reading, 'direct-left': yes };
const inviting: Rooms = { ...within, 'public-member': no, 'public-owner': no, 'direct-member': no };
const configuring: Rooms = { ...within, 'public-member': no, 'private-member': no, 'direct-member': no };
/** The operation names no room. */
const anywhere = reading;

const people = ['chat', 'script'] as const;
const readers = ['chat', 'script', 'visitor'] as const;

const table: Readonly<Record<Operation, Rule>> = {
  post: { roles: people, rooms: posting },
  edit: { roles: people, rooms: reading },
  delete: { roles: people, rooms: reading },
  react: { roles: people, rooms: reading },
  topic: { roles: people, rooms: within },
  sync: { roles: readers, rooms: reading },
  history: { roles: readers, rooms: reading },
  mentions: { roles: people, rooms: anywhere },
  search: { roles: readers, rooms: anywhere },
  read: { roles: people, rooms: within },
  notify: { roles: people, rooms: within },
  typing: { roles: ['chat'], rooms: within },
  away: { roles: ['chat'], rooms: anywhere },
  rooms: { roles: readers, rooms: anywhere },
  direct: { roles: people, rooms: anywhere },
  invite: { roles: people, rooms: inviting },
  configure: { roles: people, rooms: configuring },
  whois: { roles: readers, rooms: anywhere },
  link: { roles: ['chat', 'script', 'control'], rooms: anywhere },
  devices: { roles: people, rooms: anywhere },
  revoke: { roles: people, rooms: anywhere },
  // Scripts do not show as joins and leaves.
  join: { roles: ['chat'], rooms: joining },
  part: { roles: ['chat'], rooms: parting },
  nick: { roles: people, rooms: anywhere },
  who: { roles: readers, rooms: reading },
  offer: { roles: people, rooms: posting },
  fetch: { roles: readers, rooms: reading },
  handover: { roles: ['control'], rooms: anywhere },
  ping: { roles: roleNames, rooms: anywhere },
  pong: { roles: roleNames, rooms: anywhere },
  bye: { roles: roleNames, rooms: anywhere },
};

/** The table's answer: allowed, or the code of the refusal. */
export function verdict(operation: Operation, role: Role, room: RoomKind): Verdict {
  const rule = table[operation];
  return rule.roles.includes(role) ? rule.rooms[room] : no;
}
