// The access table: walked whole, and held against what a server answers.
import { describe, expect, test } from 'vitest';
import { clientPackets } from '../../src/protocol/packet.ts';
import { type Operation, type Role, roleNames, roomKinds, verdict } from '../../src/server/access.ts';

const operations = Object.keys(clientPackets).filter((kind) => kind !== 'hello') as Operation[];

/** Who may do what, written a second time and by hand: a slip in the table shows here. */
const allowed: Readonly<Record<Role, string>> = {
  chat: 'post sync history join part nick who offer fetch ping pong bye',
  script: 'post sync history nick who offer fetch ping pong bye',
  visitor: 'sync history who fetch ping pong bye',
  control: 'handover ping pong bye',
};

const cases = roleNames.flatMap((role) =>
  operations.flatMap((operation) => roomKinds.map((room) => ({ role, operation, room }))),
);

describe('access', () => {
  test('the walk meets every operation, role and kind of room', () => {
    expect(cases).toHaveLength(4 * 13 * 4);
  });

  test.each(cases)('$role $operation in a room that is $room', ({ role, operation, room }) => {
    const may = allowed[role].split(' ').includes(operation);
    const hasRoom = room !== 'absent' || operation === 'join';
    const expected = may ? (hasRoom ? 'allowed' : 'no-such-room') : 'not-allowed';
    expect(verdict(operation, role, room)).toBe(expected);
  });
});
