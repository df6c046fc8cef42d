// From `hello` to somebody: checks what a stranger says, finds or enrols the member behind the device's key.
// The session calls it once per connection, before anything else is listened to.
import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyHello } from '../net/identity.ts';
import { Refusal } from '../protocol/errors.ts';
import { protocolVersion } from '../protocol/limits.ts';
import type { ClientPackets, MemberId } from '../protocol/packet.ts';
import { toDeviceId, toMemberId } from '../store/ids.ts';
import { parseNick } from '../text/nick.ts';
import type { Caller } from './caller.ts';
import type { Core } from './core.ts';

type Hello = ClientPackets['hello'];

/** Throws Refusal when the version is not spoken here or the device's key is not proven. */
export function checkProof(hello: Hello, material: Buffer, core: Core, address: string): void {
  if (hello.protocol !== protocolVersion) {
    const sentence = `This server speaks protocol ${protocolVersion}, not ${hello.protocol}. Update the older side.`;
    throw new Refusal('protocol-version', sentence);
  }
  if (verifyHello(hello.key, material, hello.signature)) return;
  core.loginFailures.add(address);
  throw new Refusal('signature-wrong', 'The device did not prove its key on this connection. Try again.');
}

/** Throws Refusal: token, nick, or a role that is not given. */
export async function admit(hello: Hello, core: Core, address: string): Promise<Caller> {
  if (hello.role === 'control') return controller(hello, core, address);
  const role = hello.role === 'script' ? 'script' : 'chat';
  const known = core.store.people.device(hello.key);
  if (known !== undefined) {
    core.store.people.seen(known.device, core.now());
    return { role, key: hello.key, ...known };
  }
  if (hello.code !== undefined) return link(hello, hello.code, role, core, address);
  if (!isSame(hello.token, core.controlToken)) checkStranger(hello, core, address);
  if (hello.nick !== undefined) return enrol(hello, hello.nick, role, core);
  if (role === 'chat') throw new Refusal('nick-needed', 'This server does not know you yet. Choose a nick.');
  return { role: 'visitor', key: hello.key, member: toMemberId(0), device: toDeviceId(0) };
}

function controller(hello: Hello, core: Core, address: string): Caller {
  if (!isSame(hello.token, core.controlToken)) {
    core.loginFailures.add(address);
    throw new Refusal('token-wrong', 'Only the user who runs this server may control it.');
  }
  return { role: 'control', key: hello.key, member: toMemberId(0), device: toDeviceId(0) };
}

/** A further device of the member who holds the code, which admits by itself. */
async function link(
  { key }: Hello,
  code: string,
  role: 'chat' | 'script',
  core: Core,
  address: string,
): Promise<Caller> {
  const { codes, limits, loginFailures, say, store } = core;
  if (loginFailures.isOver(address)) throw tooManyFailures();
  const member = holderOf(code, core, address);
  if (store.people.devicesOf(member).length >= limits.devicesPerMember) {
    const sentence = `You have ${limits.devicesPerMember} devices, which is the most; revoke one of them first.`;
    throw new Refusal('too-many', sentence);
  }
  // Spent before it is waited for: two that come at once with one code are not both let in.
  codes.spend(member);
  const found = await store.people.addDevice(key, member, core.now());
  if (found === 'taken') {
    throw new Refusal('not-allowed', 'This key was revoked, or is of somebody else. Start with a new one.');
  }
  say('info', 'device-linked', { member, device: found.device, address });
  return { role, key, member, device: found.device };
}

/** Throws `code-wrong`. Codes are short: five wrong ones are all that an address has. */
function holderOf(code: string, { codes, loginFailures }: Core, address: string): MemberId {
  try {
    return codes.holder(code);
  } catch (error) {
    loginFailures.add(address);
    loginFailures.add(address);
    throw error;
  }
}

function tooManyFailures(): Refusal {
  return new Refusal('too-many', 'Too many logins failed from this address. Try again in ten minutes.');
}

function checkStranger(hello: Hello, core: Core, address: string): void {
  // On an open server there is nothing to guess.
  if (core.token === undefined) return;
  if (core.loginFailures.isOver(address)) throw tooManyFailures();
  if (hello.token === undefined) {
    throw new Refusal('token-needed', 'This server lets new members in by its link only. Ask for the link.');
  }
  if (isSame(hello.token, core.token)) return;
  core.loginFailures.add(address);
  throw new Refusal('token-wrong', "The link's token is not this server's. Ask for the link again.");
}

async function enrol(hello: Hello, raw: string, role: 'chat' | 'script', core: Core): Promise<Caller> {
  const parsed = parseNick(raw);
  if (!parsed.ok) throw new Refusal(parsed.reason, parsed.sentence);
  const { nick, skeleton } = parsed;
  const found = await core.store.people.enrol(hello.key, { nick, skeleton, at: core.now() });
  if (found === 'taken') throw nickTaken();
  core.say('info', 'member-new', { member: found.member, nick });
  return { role, key: hello.key, ...found };
}

export function nickTaken(): Refusal {
  return new Refusal('nick-taken', 'This nick, or one that looks the same, is taken. Choose another one.');
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string | undefined, right: string | undefined): boolean {
  if (given === undefined || right === undefined) return false;
  return timingSafeEqual(digest(given), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
