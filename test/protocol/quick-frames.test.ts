// What is written and checked by hand for speed, against the schemas and the encoder that are the law.
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { decodeClientPacket, encode, frames } from '../../src/protocol/codec.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import { clientPackets, type MemberId, type PostId, type Seq } from '../../src/protocol/packet.ts';
import { ackJson, quickPayload, quickPost, saidJson } from '../../src/protocol/quick-frames.ts';

const id = fc.uuid({ version: 7 }).map((text) => text as PostId);
const room = fc
  .constantFrom('general', 'a', 'x-1_2.3', 'комната', '部屋', 'ß')
  .map((name) => name as RoomName);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const runs = { numRuns: 2_000 };

describe('a frame written by hand is the one that the encoder writes', () => {
  test('of an ack', () => {
    fc.assert(
      fc.property(id, room, number, number, (id, room, seq, at) => {
        const ack = { id, room, seq: seq as Seq, at };
        expect(frames([ackJson(ack)])).toEqual(encode({ kind: 'ack', ...ack }));
      }),
      runs,
    );
  });

  test('of an event, whatever its nick and text', () => {
    fc.assert(
      fc.property(id, room, number, number, text, text, (id, room, seq, member, nick, text) => {
        const said = { seq: seq as Seq, room, member: member as MemberId, nick, at: seq, id, text };
        const { seq: _, room: __, member: ___, nick: ____, at, ...rest } = said;
        const event = {
          seq: said.seq,
          room,
          member: said.member,
          nick,
          at,
          type: 'message' as const,
          ...rest,
        };
        expect(frames([saidJson(said)])).toEqual(encode({ kind: 'event', event }));
      }),
      runs,
    );
  });
});

test('frames together are those that each makes alone, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.string()), { maxLength: 6 }), (texts) => {
      const packets = texts.map((name) => ({ kind: 'error', code: 'malformed', message: name }) as const);
      const alone = Buffer.concat(packets.map((packet) => encode(packet)));
      expect(frames(packets.map((packet) => JSON.stringify(packet)))).toEqual(alone);
    }),
    runs,
  );
});

test('events that follow one another keep what is their own', () => {
  const few = <Value>(...values: Value[]) => fc.constantFrom(...values);
  const one = fc.record({
    seq: number.map((n) => n as Seq),
    room: few('a' as RoomName, 'b' as RoomName),
    member: few(1 as MemberId, 2 as MemberId),
    nick: few('ada', 'bob'),
    at: few(1, 2),
    id,
    text,
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 2 }), (all) => {
      for (const said of all) {
        const { event } = JSON.parse(saidJson(said));
        expect(event).toEqual(JSON.parse(JSON.stringify({ ...said, type: 'message' })));
      }
    }),
  );
});

describe('a payload read by hand', () => {
  const post = { kind: 'post', id: '0190a000-0000-7000-8000-000000000000', room: 'general', text: 'hi' };
  const plainly = fc.record({ kind: fc.constant('post'), id, room, text });
  const schemaOf = (json: string) => v.safeParse(clientPackets.post, JSON.parse(json));

  test('is what JSON.parse and the schema make of it, or is left to them', () => {
    let quick = 0;
    fc.assert(
      fc.property(plainly, (packet) => {
        const json = JSON.stringify(packet);
        const byHand = quickPayload(Buffer.from(json));
        if (byHand === undefined) return;
        quick += 1;
        expect(schemaOf(json)).toMatchObject({ success: true, output: byHand });
      }),
      runs,
    );
    expect(quick).toBeGreaterThan(runs.numRuns / 20);
  });

  test('with any byte of it changed, dropped or doubled, too', () => {
    const json = JSON.stringify(post);
    const at = fc.nat({ max: json.length - 1 });
    const instead = fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 2 }),
      fc.constantFrom('"', '\\', '}', ',"a":1'),
    );
    let quick = 0;
    fc.assert(
      fc.property(at, fc.nat({ max: 2 }), instead, (at, dropped, instead) => {
        const changed = json.slice(0, at) + instead + json.slice(at + dropped);
        const byHand = quickPayload(Buffer.from(changed));
        if (byHand === undefined) return;
        quick += 1;
        expect(schemaOf(changed)).toMatchObject({ success: true, output: byHand });
      }),
      { numRuns: 20_000 },
    );
    expect(quick).toBeGreaterThan(100);
  });

  test('with bytes that are no UTF-8, no ASCII or cut off is left to the schema', () => {
    const bytes = Buffer.from(JSON.stringify(post));
    for (const byte of [0x00, 0x0a, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0xe9, 0xff]) {
      const hostile = Buffer.from(bytes);
      hostile[bytes.length - 3] = byte;
      expect(quickPayload(hostile)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(quickPayload(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(quickPayload(bytes)).toEqual(post);
  });
});

describe('a post checked by hand', () => {
  const anything = fc.oneof(text, fc.constant(undefined), fc.integer(), fc.constant(null), id, room);
  const file = fc.constantFrom(undefined, {}, { name: 'a', size: 1, sha256: 'a'.repeat(64) });
  const packet = fc.record({
    kind: fc.constant('post'),
    id: fc.oneof({ weight: 4, arbitrary: id }, anything),
    room: fc.oneof({ weight: 4, arbitrary: room }, anything),
    text: fc.oneof({ weight: 4, arbitrary: text }, anything),
    style: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom('action', 'shout')),
    file: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, file),
    reply: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(), anything),
    later: fc.constantFrom(undefined, 'a field of a later version'),
  });

  test('is what the schema makes of it, or is left to the schema', () => {
    let quick = 0;
    fc.assert(
      fc.property(packet, (packet) => {
        const value = JSON.parse(JSON.stringify(packet)) as Record<string, unknown>;
        const byHand = quickPost(value);
        if (byHand === undefined) return;
        quick += 1;
        expect(v.parse(clientPackets.post, value)).toEqual(byHand);
      }),
      runs,
    );
    expect(quick).toBeGreaterThan(runs.numRuns / 20);
  });

  test('that is not plain still meets its schema', () => {
    const post = { kind: 'post', id: '0190a000-0000-7000-8000-000000000000', room: 'general', text: 'hi' };
    const read = (packet: object) => decodeClientPacket(Buffer.from(JSON.stringify(packet)));
    expect(read({ ...post, style: 'action', later: 1 })).toEqual({ ...post, style: 'action' });
    expect(read({ ...post, reply: 7 })).toEqual({ ...post, reply: 7 });
    expect(read({ ...post, text: 'a \ud800 alone' })).toEqual({ ...post, text: 'a \ufffd alone' });
    expect(() => read({ ...post, id: 'no id' })).toThrow('The post packet is not well formed.');
    expect(() => read({ ...post, style: 'shout' })).toThrow('The post packet is not well formed.');
  });
});
