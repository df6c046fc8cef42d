// One-time codes that make a further key a device of an existing member. The link handler makes them, login redeems
// them. Kept in memory only, and only as a digest under a key of this process: a dump of the server gives none away.
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { Refusal } from '../protocol/errors.ts';
import type { Limits } from '../protocol/limits.ts';
import type { MemberId } from '../protocol/packet.ts';

/** Letters and digits that nobody takes for each other, read aloud or written by hand. 31^10 are 49 bits. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const groupChars = 5;

type Kept = { readonly digest: string; readonly until: number };

export class Codes {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #key = randomBytes(32);
  /** One for each member, in the order of their making, which is that of their end. */
  readonly #byMember = new Map<MemberId, Kept>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Ends an earlier code of the member. `until`: Unix milliseconds. */
  issue(member: MemberId): { readonly code: string; readonly until: number } {
    this.#dropOld();
    const code = `${group()}-${group()}`;
    const until = this.#now() + this.#limits.codeMs;
    this.#byMember.delete(member);
    this.#byMember.set(member, { digest: this.#digest(code), until });
    return { code, until };
  }

  /** Whose it is; `spend` it when its key is enrolled. Throws `code-wrong`. */
  holder(code: string): MemberId {
    this.#dropOld();
    const digest = this.#digest(code);
    for (const [member, kept] of this.#byMember) if (kept.digest === digest) return member;
    throw new Refusal('code-wrong', 'This code is used up, too old, or mistyped. Ask for a new one.');
  }

  spend(member: MemberId): void {
    this.#byMember.delete(member);
  }

  /** As people type it: in any letter case, with or without what stands between the groups. */
  #digest(code: string): string {
    const letters = code.toUpperCase().replace(/[\s-]/g, '');
    return createHmac('sha256', this.#key).update(letters).digest('base64url');
  }

  #dropOld(): void {
    const now = this.#now();
    for (const [member, { until }] of this.#byMember) {
      if (until > now) return;
      this.#byMember.delete(member);
    }
  }
}

function group(): string {
  return Array.from({ length: groupChars }, () => alphabet[randomInt(alphabet.length)]).join('');
}
