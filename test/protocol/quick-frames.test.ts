// What is written and checked by hand for speed, against the schemas and the encoder that are the law.
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { decodeClientPacket, encode, frames } from '../../src/protocol/codec.ts';
import type { RoomName } from '../../src/protocol/names.ts';
import { clientPackets, type MemberId, type PostId, type Seq } from '../../src/protocol/packet.ts';
import { ackJson, quickPost, saidJson } from '../../src/protocol/quick-frames.ts';

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
