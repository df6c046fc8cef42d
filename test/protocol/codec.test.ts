import { describe, expect, test } from 'vitest';
import { decodeClientPacket, decodeServerPacket, encode } from '../../src/protocol/codec.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';

const id = '018f2f6e-7b2a-7c3d-8e4f-0123456789ab';
const post = { kind: 'post', id, room: 'general', text: 'hi' };
const message = { type: 'message', seq: 1, room: 'general', member: 1, nick: 'ada', at: 1, id, text: 'hi' };

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const up = (value: unknown) => decodeClientPacket(bytes(value));
const down = (value: unknown) => decodeServerPacket(bytes(value));

function code(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'taken';
}

describe('what is taken', () => {
  test('what was encoded decodes to the same', () => {
    const packet = decodeClientPacket(bytes(post));
    const frame = encode(packet);
    expect(frame.readUInt32BE(0)).toBe(frame.length - 4);
    expect(decodeClientPacket(frame.subarray(4))).toEqual(post);
  });

  test('an unknown field is ignored', () => {
    expect(up({ ...post, later: { a: [1] }, from: 'admin', seq: 1 })).toEqual(post);
  });

  test('an event of a later version keeps its place and nothing else', () => {
    const event = { type: 'poll', seq: 7, room: 'general', member: 1, nick: 'ada', at: 1, options: ['x'] };
    expect(down({ kind: 'event', event })).toEqual({
      kind: 'event',
      event: { type: 'unknown', seq: 7, room: 'general', member: 1, nick: 'ada', at: 1 },
    });
  });

  test('lone surrogates are mended before anything is stored', () => {
    expect(up(`{"kind":"post","id":"${id}","room":"general","text":"a\\ud800b"}`)).toEqual({
      ...post,
      text: 'a\ufffdb',
    });
    expect(down({ kind: 'event', event: { ...message, nick: '\udc00' } })).toMatchObject({
      event: { nick: '\ufffd' },
    });
  });
});

describe('what is refused', () => {
  test.each([
    '',
    ' ',
    'null',
    '1',
    '"x"',
    '[]',
    '[{"kind":"ping","n":1}]',
    '{"kind":"ping","n":1}{}',
    '{a:1}',
    '\ufeff{"kind":"ping","n":1}',
    '{"kind":"ping","n":1e400}',
    '{"kind":"ping","n":-1}',
    '{"kind":"ping","n":1.5}',
    '{"kind":"ping","n":"1"}',
    '{"kind":"ping","n":9007199254740993}',
    '{"kind":"ping"}',
    '{"kind":["ping"]}',
    '{"n":1}',
  ])('%s is malformed', (text) => {
    expect(code(() => up(text))).toBe('malformed');
  });

  test.each(['nope', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'welcome'])(
    'the kind %j is unknown to a server',
    (kind) => {
      expect(code(() => up({ kind }))).toBe('unknown-kind');
    },
  );

  test('a malformed event of a known type does not pass as one of a later version', () => {
    expect(code(() => down({ kind: 'event', event: { ...message, text: 1 } }))).toBe('malformed');
    expect(code(() => down({ kind: 'event', event: { ...message, id: 'x' } }))).toBe('malformed');
    expect(code(() => down({ kind: 'event', event: { ...message, seq: -1 } }))).toBe('malformed');
    expect(code(() => down({ kind: 'event', event: { type: 'poll', seq: 1 } }))).toBe('malformed');
    expect(code(() => down({ kind: 'event', event: null }))).toBe('malformed');
    expect(code(() => down({ kind: 'event', event: { ...message, type: ['message'] } }))).toBe('malformed');
  });

  test('bytes that are no UTF-8 are malformed', () => {
    for (const bad of [
      [0xc0, 0xaf],
      [0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0x9b],
    ]) {
      const payload = Buffer.concat([
        bytes(`{"kind":"post","id":"${id}","room":"general","text":"`),
        Buffer.from(bad),
        bytes('"}'),
      ]);
      expect(code(() => decodeClientPacket(payload))).toBe('malformed');
    }
  });

  test('a post with any field of a wrong type is malformed', () => {
    const wrong: readonly unknown[] = [null, true, -1, 1.5, [], {}, [['x']], { toString: 'x' }];
    for (const field of ['id', 'room', 'text', 'style', 'file']) {
      for (const value of wrong) expect(code(() => up({ ...post, [field]: value }))).toBe('malformed');
    }
    for (const field of ['id', 'room', 'text']) {
      expect(code(() => up({ ...post, [field]: undefined }))).toBe('malformed');
    }
  });

  test('names one over their limit are malformed, at their limit not', () => {
    const room = (chars: number) => code(() => up({ kind: 'join', req: 1, room: 'r'.repeat(chars) }));
    expect([room(limits.roomChars), room(limits.roomChars + 1)]).toEqual(['taken', 'malformed']);
    const sha256 = 'a'.repeat(64);
    const file = (size: number) =>
      code(() => up({ ...post, file: { name: 'x'.repeat(size), size: 1, sha256 } }));
    expect([file(limits.fileNameBytes), file(limits.fileNameBytes + 1)]).toEqual(['taken', 'malformed']);
  });

  const chars = (most: number) => ({ most, at: (count: number): unknown => 'x'.repeat(count) });
  const items = (most: number) => ({ most, at: (count: number): unknown => Array(count).fill('x') });
  const hello = { kind: 'hello', protocol: 1, role: 'chat', key: 'A'.repeat(43), signature: 'A'.repeat(86) };
  const ofHello = { ...hello, features: [] };

  test.each([
    ['a token', 'token', ofHello, chars(limits.secretChars)],
    ['a ticket', 'ticket', ofHello, chars(limits.secretChars)],
    ['an agent', 'agent', ofHello, chars(limits.agentChars)],
    ['a nick on the wire', 'nick', ofHello, chars(4 * limits.nickChars)],
    ['the features', 'features', ofHello, items(limits.features)],
    ['an emoji', 'emoji', { ...post, kind: 'react', target: 1, did: 'added' }, chars(limits.emojiBytes)],
    ['a query', 'query', { kind: 'search', req: 1, limit: 1 }, chars(limits.queryChars)],
    ['a note', 'note', { kind: 'away', req: 1, is: true }, chars(limits.sentenceChars)],
    ['a code', 'code', ofHello, chars(limits.secretChars)],
    ['the rooms of a sync', 'rooms', { kind: 'sync', req: 1 }, items(limits.syncRooms)],
  ])('%s one over the limit is malformed, at the limit not', (_, field, packet, { most, at }) => {
    expect(code(() => up({ ...packet, [field]: at(most) }))).toBe('taken');
    expect(code(() => up({ ...packet, [field]: at(most + 1) }))).toBe('malformed');
  });

  test('a topic and a sentence of a server one over their limits are malformed, at them not', () => {
    const topic = (count: number) =>
      code(() => down({ kind: 'joined', re: 1, room: { room: 'x', topic: 't'.repeat(count), members: 1 } }));
    const error = (count: number) =>
      code(() => down({ kind: 'error', code: 'quota', message: 'm'.repeat(count) }));
    expect([topic(limits.topicChars), topic(limits.topicChars + 1)]).toEqual(['taken', 'malformed']);
    expect([error(limits.sentenceChars), error(limits.sentenceChars + 1)]).toEqual(['taken', 'malformed']);
  });

  test('a page whose seqs do not rise, and a time that no Date holds, are malformed', () => {
    const page = (...seqs: number[]) =>
      code(() => down({ kind: 'past', re: 1, room: 'general', events: seqs.map(event), more: false }));
    const event = (seq: number) => ({ ...message, seq });
    expect([page(), page(0, 1, 5), page(1, 1), page(2, 1)]).toEqual([
      'taken',
      'taken',
      'malformed',
      'malformed',
    ]);
    const at = (time: number) => code(() => down({ kind: 'event', event: { ...message, at: time } }));
    expect([at(8.64e15), at(8.64e15 + 1)]).toEqual(['taken', 'malformed']);
  });
});

describe('property games', () => {
  test('__proto__ in a packet changes no object', () => {
    const text = `{"kind":"post","id":"${id}","room":"general","text":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
    const packet = up(text);
    expect(packet).toEqual({ ...post, text: 'x' });
    expect(Object.getPrototypeOf(packet)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('__proto__ in place of a field does not stand for it', () => {
    expect(code(() => up(`{"__proto__":{"kind":"ping","n":1}}`))).toBe('malformed');
    expect(code(() => up(`{"kind":"ping","__proto__":{"n":1}}`))).toBe('malformed');
  });

  test('a depth of 30,000 is answered, not crashed on', () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect(code(() => up(deep))).toBe('malformed');
    expect(code(() => up(`{"kind":"ping","n":1,"x":${deep}}`))).toMatch(/^(taken|malformed)$/);
  });
});

test('words that a later server adds to a closed list are taken for the nearest that is known', () => {
  const decode = (packet: object) => decodeServerPacket(Buffer.from(JSON.stringify(packet)));
  expect(decode({ kind: 'error', code: 'muted', message: 'Not now.' })).toMatchObject({
    code: 'not-allowed',
  });
  expect(decode({ kind: 'bye', reason: 'lunch' })).toMatchObject({ reason: 'error' });
  const person = { member: 1, nick: 'ada', state: 'busy', since: 0, rooms: [] };
  expect(decode({ kind: 'roster', re: 1, online: 1, people: [person] })).toMatchObject({
    people: [{ state: 'online' }],
  });
});
