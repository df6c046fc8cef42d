// A key of a member as people compare it: by the fingerprint of its public half.
import { createHash } from 'node:crypto';
import type { DeviceNote } from '../protocol/packet.ts';
import type { Device } from '../store/people.ts';

export function deviceNote({ device, key, since, seen }: Device): DeviceNote {
  const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64url')).digest('base64url');
  return { device, fingerprint, since, ...(seen === undefined ? {} : { seen }) };
}
