// 2,274 hostile byte streams through the reader and the decoder, as one connection would: a Refusal is all that
// ever comes of them.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeClientPacket } from '../../src/protocol/codec.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { FrameReader } from '../../src/protocol/frame.ts';
import { limits } from '../../src/protocol/limits.ts';
import { textFits } from '../../src/protocol/text-limit.ts';

type Step = { readonly hex?: string; readonly repeatHex?: string; readonly times?: number };
type Stream = {
  readonly name: string;
  readonly class: string;
  readonly steps: readonly Step[];
  readonly expect: readonly string[];
};

const sample = { kind: 'post', id: '018f2f6e-7b2a-7c3d-8e4f-0123456789ab', room: 'general', text: 'hi' };

function generate(): Stream[] {
  const script = join(import.meta.dirname, '..', 'corpus', 'gen-frames.mjs');
  const parameters = [
    '--len',
    '4',
    '--kind',
    '0',
    '--max',
    `${limits.frameBytesUp}`,
    '--sample',
    JSON.stringify(sample),
  ];
  const text = execFileSync(process.execPath, [script, ...parameters], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Stream);
}

function* chunks(steps: readonly Step[]): Generator<Buffer> {
  for (const step of steps) {
    if (step.hex !== undefined) yield Buffer.from(step.hex, 'hex');
    if (step.repeatHex !== undefined) yield Buffer.from(step.repeatHex.repeat(step.times ?? 1), 'hex');
  }
}

/** As a connection does: a frame that is refused is the end, a packet that is refused counts. */
function feed(stream: Stream): { packets: unknown[]; refused: number; isCut: boolean } {
  const reader = new FrameReader(limits.frameBytesUp);
  const seen = { packets: [] as unknown[], refused: 0, isCut: false };
  const take = (payload: Buffer) => {
    try {
      seen.packets.push(decodeClientPacket(payload));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      seen.refused++;
    }
    return true;
  };
  try {
    for (const chunk of chunks(stream.steps)) reader.push(chunk, take);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    seen.isCut = true;
  }
  return seen;
}

const streams = generate();
const properties = () =>
  [Object.prototype, Array.prototype, Function.prototype].map(
    (one) => Object.getOwnPropertyNames(one).length,
  );

describe('hostile streams', () => {
  test('there are 2,274 of them', () => {
    expect(streams).toHaveLength(2_274);
  });

  for (const [name, some = []] of Object.entries(Object.groupBy(streams, (stream) => stream.class))) {
    test(`${name}: packets or Refusals, and no object is changed`, () => {
      const before = properties();
      for (const stream of some) {
        for (const packet of feed(stream).packets) expect(packet).toMatchObject({ kind: expect.any(String) });
      }
      expect(properties()).toEqual(before);
    });
  }

  test('those that must be served are, each packet once', () => {
    const served = streams.filter((stream) => stream.expect.includes('offender:served'));
    expect(served.length).toBeGreaterThan(5);
    for (const stream of served) {
      expect([stream.name, feed(stream).packets.length, feed(stream).refused]).toEqual([stream.name, 1, 0]);
    }
  });

  test('those that must be cut are cut, or end within a frame', () => {
    const cut = streams.filter(
      (stream) => stream.expect.includes('offender:closed') && stream.class !== 'slow',
    );
    const wrong = cut.filter((stream) => {
      const seen = feed(stream);
      return stream.class !== 'truncated' && seen.packets.length > 0 && !seen.isCut;
    });
    expect(wrong.map((stream) => stream.name)).toEqual([]);
  });

  test('those that must be answered with an error are refused', () => {
    const errors = streams.filter(
      (stream) => stream.expect.includes('offender:error') && stream.class !== 'state',
    );
    const taken = errors.filter((stream) => {
      const seen = feed(stream);
      // A text over its limit is refused by the session, which answers with the post's id.
      const isFit = seen.packets.every((packet) => textFits(JSON.stringify(packet)));
      return seen.refused === 0 && !seen.isCut && isFit;
    });
    // Depth in an unknown field is ignored with the field.
    expect(taken.map((stream) => stream.name)).toEqual(['json/deep-inside-known-field']);
  });
});
