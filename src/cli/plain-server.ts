// Whether a server on this machine speaks without TLS (`serve --plain-tcp`): its link cannot say so. Asked by target
// for loopback addresses whose key nobody has pinned; any other address is never dialled without TLS.
import { isLoopback } from '../net/address.ts';
import { dial } from '../net/dial.ts';
import { Unreachable } from '../net/errors.ts';
import type { HostPort } from './known-servers.ts';

/** A server without TLS speaks first and at once; who says nothing for this long on loopback is another program. */
const challengeMs = 1_000;

/** Sends nothing but a TLS greeting: what answers to that is taken at its word, and is met as any other server. */
export async function isPlainServer({ host, port }: HostPort): Promise<boolean> {
  if (!isLoopback(host) || (await answers({ host, port }))) return false;
  return answers({ host, port, isPlain: true, signal: AbortSignal.timeout(challengeMs) });
}

async function answers(address: Parameters<typeof dial>[0]): Promise<boolean> {
  try {
    const { connection } = await dial(address);
    connection.destroy();
    return true;
  } catch (error) {
    if (error instanceof Unreachable) return false;
    throw error;
  }
}
