// The access table, walked whole: every operation, role and kind of room. test/server/access-wire.test.ts holds a server
// against it.
import { describe, expect, test } from 'vitest';
import { clientPackets } from '../../src/protocol/packet.ts';
import {
  type Operation,
  type Role,
  type RoomKind,
  roleNames,
  roomKinds,
  verdict,
} from '../../src/server/access.ts';

const operations = Object.keys(clientPackets).filter((kind) => kind !== 'hello') as Operation[];

/** Who may do what, written a second time and by hand: a slip in the table shows here. */
const allowed: Readonly<Record<Role, string>> = {
  chat: `post edit delete react topic sync history mentions search read notify typing away rooms direct invite configure
    whois link devices revoke join part nick who offer fetch ping pong bye`,
  script: `post edit delete react topic sync history mentions search read notify rooms direct invite configure
    whois link devices revoke nick who offer fetch ping pong bye`,
  visitor: 'sync history search rooms whois who fetch ping pong bye',
  control: 'link handover ping pong bye',
};

/**
 * Who may do it in which room, y: allowed, n: not-allowed, -: no-such-room. Columns: absent · public: open, member, owner
 * · private: closed, invited, owner who left, member, owner · direct: foreign, left, member.
 */
const inRooms: Readonly<Record<string, string>> = {
  'sync history who edit delete react': '-yyy---yy--y',
  'post offer part': '-yyy---yy-yy',
  'topic read notify typing': '-nyy---yy--y',
  join: 'yyyynyyyynnn',
  invite: '-nnn---yy--n',
  configure: '-nny---ny--n',
};
const letters = { y: 'allowed', n: 'not-allowed', '-': 'no-such-room' } as const;

const withRoom = new Map<string, string>(
  Object.entries(inRooms).flatMap(([names, row]) => names.split(' ').map((name) => [name, row])),
);
const kindsOf = (operation: Operation): readonly RoomKind[] =>
  withRoom.has(operation) ? roomKinds : ['none'];

const cases = roleNames.flatMap((role) =>
  operations.flatMap((operation) => kindsOf(operation).map((room) => ({ role, operation, room }))),
);

describe('access', () => {
  test('the walk meets every operation that names a room, in every kind of room, and every other one', () => {
    const named = Object.entries(clientPackets).filter(
      ([kind, { entries }]) => 'room' in entries || kind === 'sync',
    );
    // `who` may name one.
    expect(named.map(([kind]) => kind).sort()).toEqual([...withRoom.keys()].sort());
    expect(cases).toHaveLength(4 * (16 * 13 + 15));
  });

  test.each(cases)('$role $operation, room: $room', ({ role, operation, room }) => {
    const may = allowed[role].split(/\s+/).includes(operation);
    const letter = (withRoom.get(operation) ?? '')[roomKinds.indexOf(room) - 1] ?? 'y';
    const expected = may ? letters[letter as keyof typeof letters] : 'not-allowed';
    expect(verdict(operation, role, room)).toBe(expected);
  });
});
