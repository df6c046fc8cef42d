// Cuts that know frames: at a frame of some kind, or behind so many bytes, and where that was. For a proxy before a
// server on plain TCP.
import type { Way, Ways } from '../../helpers/proxy.ts';
import { FrameFollower } from './frame-follower.ts';

export type Direction = keyof Ways;

/** Called with where the cut fell, in words. */
export type OnCut = (spot: string) => void;

export type FrameCut = {
  readonly direction: Direction;
  /** The first frame of this kind. */
  readonly kind: string;
  /** `inside`: some of its bytes pass, or none; `behind`: all of it. */
  readonly where: 'inside' | 'behind';
};

export function cutAtFrame({ direction, kind, where }: FrameCut, random: () => number, onCut: OnCut): Ways {
  const follower = new FrameFollower();
  const cut = (chunk: Buffer): number | undefined => {
    const span = follower.look(chunk).find((one) => one.kind === kind);
    if (span === undefined) {
      follower.take(chunk);
      return undefined;
    }
    const start = Math.max(0, span.start);
    const at = where === 'behind' ? span.end : start + Math.floor(random() * (span.end - start));
    follower.take(chunk.subarray(0, at));
    onCut(where === 'behind' ? `behind ${kind}` : spotOf(follower, kind));
    return at;
  };
  return { [direction]: { cut } };
}

function spotOf({ spot }: FrameFollower, kind: string): string {
  return spot === 'between frames' ? `before ${kind}` : spot;
}

/** The cut falls behind so many bytes of the direction. */
export function cutBehind(direction: Direction, bytes: number, onCut: OnCut): Ways {
  const follower = new FrameFollower();
  let left = bytes;
  const cut = (chunk: Buffer): number | undefined => {
    const passes = chunk.subarray(0, Math.max(0, left));
    follower.take(passes);
    left -= chunk.length;
    if (left >= 0) return undefined;
    onCut(follower.spot);
    return passes.length;
  };
  return { [direction]: { cut } };
}

/** A line that holds some chunks for a while and passes others on in pieces. */
export function roughen(ways: Ways, random: () => number): Ways {
  const rough: Way = {
    holdMs: () => (random() < 0.1 ? Math.floor(random() * 20) : 0),
    pieceBytes: () => (random() < 0.3 ? 1 + Math.floor(random() * 64) : 65_536),
  };
  return { up: { ...rough, ...ways.up }, down: { ...rough, ...ways.down } };
}
