import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/protocol/errors.ts';
import { FrameReader } from '../../src/protocol/frame.ts';

const bytesMax = 64;

function frame(body: string): Buffer {
  const payload = Buffer.from(body);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(payload.length);
  return Buffer.concat([head, payload]);
}

function read(chunks: readonly Buffer[], reader = new FrameReader(bytesMax)): string[] {
  const payloads: string[] = [];
  for (const chunk of chunks) reader.push(chunk, (payload) => payloads.push(payload.toString()) > 0);
  return payloads;
}

const two = Buffer.concat([frame('{"a":1}'), frame('{"b":"é漢😀"}')]);
const both = ['{"a":1}', '{"b":"é漢😀"}'];

describe('any chunking', () => {
  test('frames split at each byte read the same', () => {
    for (let at = 0; at <= two.length; at++) {
      expect(read([two.subarray(0, at), two.subarray(at)])).toEqual(both);
    }
  });

  test('frames byte by byte read the same', () => {
    expect(read(Array.from(two, (byte) => Buffer.from([byte])))).toEqual(both);
  });

  test('frames split at each pair of places read the same', () => {
    for (let first = 0; first < two.length; first++) {
      for (let second = first; second <= two.length; second++) {
        const chunks = [two.subarray(0, first), two.subarray(first, second), two.subarray(second)];
        expect(read(chunks)).toEqual(both);
      }
    }
  });

  test('a thousand frames in one chunk come in order', () => {
    const frames = Array.from({ length: 1_000 }, (_, n) => frame(`{"n":${n}}`));
    expect(read([Buffer.concat(frames)])).toEqual(frames.map((one) => one.subarray(4).toString()));
  });
});

describe('stopping', () => {
  test('what take refuses to go on with waits, and comes with the next push', () => {
    const reader = new FrameReader(bytesMax);
    const first: string[] = [];
    reader.push(two, (payload) => {
      first.push(payload.toString());
      return false;
    });
    expect(first).toEqual(both.slice(0, 1));
    expect(read([Buffer.alloc(0)], reader)).toEqual(both.slice(1));
  });

  test('the rest belongs to who takes the stream over', () => {
    const reader = new FrameReader(bytesMax);
    reader.push(Buffer.concat([frame('{}'), Buffer.from('raw bytes')]), () => false);
    expect(reader.rest().toString()).toBe('raw bytes');
    expect(reader.rest()).toHaveLength(0);
  });

  test('a frame that is not whole is known', () => {
    const reader = new FrameReader(bytesMax);
    expect(reader.isMidFrame).toBe(false);
    for (const byte of frame('{}').subarray(0, 5)) {
      reader.push(Buffer.from([byte]), () => true);
      expect(reader.isMidFrame).toBe(true);
    }
    reader.push(frame('{}').subarray(5), () => true);
    expect(reader.isMidFrame).toBe(false);
  });
});

describe('refusals', () => {
  const head = (length: number) => Buffer.from(Uint32Array.of(length).buffer).reverse();

  test.each([0, bytesMax + 1, 2 ** 31, 2 ** 32 - 1])('a length of %d is refused with its head', (length) => {
    expect(() => read([head(length)])).toThrow(Refusal);
  });

  test('the longest allowed frame is read', () => {
    const body = `{"a":"${'x'.repeat(bytesMax - 8)}"}`;
    expect(read([frame(body)])).toEqual([body]);
  });

  test('the bound can rise', () => {
    const reader = new FrameReader(bytesMax);
    reader.bytesMax = 2 * bytesMax;
    expect(read([frame(`{"a":"${'x'.repeat(bytesMax)}"}`)], reader)).toHaveLength(1);
  });

  test.each([
    'GET / HTTP/1.1\r\n\r\n',
    'SSH-2.0-OpenSSH_9.9\r\n',
    '\x16\x03\x01\x02\x00\x01',
    '{"kind":"hello"}\n',
  ])('another protocol is refused by its first bytes: %j', (text) => {
    expect(() => read([Buffer.from(text, 'latin1')])).toThrow(Refusal);
  });

  test('a body that is no object is refused by its first byte', () => {
    expect(() => read([Buffer.concat([head(40), Buffer.from('[')])])).toThrow(Refusal);
    expect(() => read([head(2), Buffer.from('[]')])).toThrow(Refusal);
  });
});
