// The id of a post, written with its outbox entry before the first send. Clients make it, and the server for joins and
// parts; the log's UNIQUE(device, id) makes every resend harmless. UUIDv7 (RFC 9562 §5.7): rising ids keep that index
// small and quick.
import type { PostId } from './packet.ts';

const randomBytes = 10;

/** `now`: Unix milliseconds. `random` gives that many unpredictable bytes, as node:crypto's randomBytes does. */
export function makePostId(now: number, random: (bytes: number) => Uint8Array): PostId {
  const time = Math.max(0, Math.trunc(now)).toString(16).padStart(12, '0').slice(-12);
  const tail = Uint8Array.from(random(randomBytes));
  tail[0] = ((tail[0] ?? 0) & 0x0f) | 0x70;
  tail[2] = ((tail[2] ?? 0) & 0x3f) | 0x80;
  const hex = time + Array.from(tail, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return id as PostId;
}
