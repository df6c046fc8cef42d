// Who was here when the connection went. A server that was restarted tells of everybody anew, and a wall of people who
// "came online" is no news. Kept by the screen's state and by plain mode.
import type { MemberId } from '../../protocol/packet.ts';

export type Returning = { readonly members: ReadonlySet<MemberId>; readonly until: number };

export const nobody: Returning = { members: new Set(), until: 0 };

/** Behind a restart everybody is back within this: twice the longest pause between two dials. */
const returnMs = 30_000;

/** The connection went: these were here. */
export const gone = (members: Iterable<MemberId>): Returning => ({ members: new Set(members), until: 0 });

/** The connection is there again, from `now` on. */
export const again = ({ members }: Returning, now: number): Returning => ({ members, until: now + returnMs });

/** Whether it is no news that `member` is here. */
export const isBack = ({ members, until }: Returning, member: MemberId, now: number): boolean =>
  now < until && members.has(member);
