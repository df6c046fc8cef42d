// Addresses as limits and the log see them. listen and the connections call it.
import { isIPv6 } from 'node:net';

const mapped = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** Without port and zone; IPv4 that came over an IPv6 socket (RFC 4291 §2.5.5.2) is IPv4. Empty: already gone. */
export function plainAddress(address: string | undefined): string {
  const [unzoned = ''] = (address ?? '').split('%');
  return unzoned.replace(mapped, '').toLowerCase();
}

/** What is counted as one address: of IPv6 the /64, since that is the least that one household is given. */
export function addressBlock(address: string): string {
  if (!isIPv6(address)) return address;
  if (address === '::1') return address;
  const [front = '', back = ''] = address.split('::');
  const head = front.split(':').filter(Boolean);
  const tail = back.split(':').filter(Boolean);
  const isShort = address.includes('::');
  const zeros = isShort ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0') : [];
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

/** Nobody but this machine reaches it. */
export function isLoopback(host: string): boolean {
  const address = plainAddress(host);
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
