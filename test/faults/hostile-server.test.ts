// The real client against a server that is broken or means harm: the client does not crash, does not grow, tells
// nothing twice, writes nothing outside its folder, and cuts what leads nowhere.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import { TransferError } from '../../src/client/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { safeName } from '../../src/text/safe-name.ts';
import { general, testClient } from '../helpers/chat-client.ts';
import { membership, message } from '../helpers/events.ts';
import {
  framed as frameOf,
  greeting,
  type HostileServer,
  hostileServer,
  type Script,
} from '../helpers/hostile-server.ts';
import { testFolder } from '../helpers/test-server.ts';
import { fileNames } from '../text/corpus.ts';

async function visit(server: HostileServer) {
  const visitor = testClient({ port: server.port, nick: 'ada' });
  await visitor.client.ready();
  return visitor;
}

/** The client has given this connection up, waits, and comes back: it lives. */
async function isCut(server: HostileServer, visitor: Awaited<ReturnType<typeof visit>>) {
  await visitor.until(() => visitor.client.status.is === 'waiting');
  await visitor.until(() => visitor.client.status.is === 'online');
  expect(server.logins()).toBeGreaterThan(1);
}

/** The client still answers and takes what is well said. */
async function isServed(server: HostileServer, visitor: Awaited<ReturnType<typeof visit>>) {
  server.say({ kind: 'event', event: message(9_000_000, 'still here') });
  await visitor.until(() => visitor.texts().includes('still here'));
  expect(visitor.client.status.is).toBe('online');
}

const page = (packet: object) => ({ kind: 'page', upTo: 9, more: false, gaps: [], ...packet });

describe('a server that says what is no packet', () => {
  const broken: Readonly<Record<string, object>> = {
    'an event without a seq': { kind: 'event', event: { ...message(1, 'x'), seq: undefined } },
    'a seq that is a string': { kind: 'event', event: { ...message(1, 'x'), seq: '1' } },
    'a seq below 0': { kind: 'event', event: message(-1, 'x') },
    'a seq that is no whole number': { kind: 'event', event: message(1.5, 'x') },
    'a time that no Date holds': { kind: 'event', event: message(1, 'x', { at: 8.64e15 + 1 }) },
    'a text that is an object': { kind: 'event', event: { ...message(1, 'x'), text: { length: 1 } } },
    'a room with a slash': { kind: 'event', event: { ...message(1, 'x'), room: '../x' } },
    'a nick of 129 characters': { kind: 'event', event: message(1, 'x', { nick: 'n'.repeat(129) }) },
    'a topic that is too long': {
      kind: 'joined',
      re: 1,
      room: { room: 'x', topic: 't'.repeat(limits.topicChars + 1), members: 1 },
    },
    'an error whose code is a number': { kind: 'error', code: 5, message: 'x' },
    'a page whose events are no list': page({ re: 1, events: { length: 3 } }),
    'an ack of an id that is none': { kind: 'ack', id: '__proto__', room: 'general', seq: 1, at: 1 },
  };

  test.each(Object.keys(broken))('%s: is cut, and the client comes back', async (name) => {
    const server = await hostileServer();
    const visitor = await visit(server);
    server.say(broken[name] ?? {});
    await isCut(server, visitor);
    expect(visitor.texts()).toEqual([]);
  });

  test('a welcome that is none is no login', async () => {
    const server = await hostileServer({}, { welcome: { ...greeting, member: 'root' } });
    const visitor = testClient({ port: server.port, nick: 'ada', role: 'script' });
    await expect(visitor.client.ready()).rejects.toThrow('not of this protocol');
  });

  test('a kind of a later version is passed over', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    server.say({ kind: 'later', x: 1 }, { kind: 'constructor' }, { kind: 'toString' });
    await isServed(server, visitor);
  });

  test('a frame one over the bound is cut before its body is there', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    const head = Buffer.alloc(5, 0x7b);
    head.writeUInt32BE(limits.frameBytesDown + 1);
    for (const line of server.lines) line.send(head);
    await isCut(server, visitor);
  });
});

describe('a server that says true packets at the wrong time', () => {
  test('answers to nothing, acks of nothing and errors about nothing change nothing', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    const id = message(1, '').id;
    server.say(
      { kind: 'past', re: 77, room: 'general', events: [], more: true },
      { kind: 'roster', re: 77, online: 1, people: [], next: 1 },
      { kind: 'ticket', re: 77, ticket: 'x', name: 'x', size: 1, sha256: 'a'.repeat(64), offset: 0 },
      { kind: 'done', re: 77 },
      { kind: 'ack', id, room: 'general', seq: 1, at: 1 },
      { kind: 'error', code: 'not-allowed', message: 'x', re: 77 },
      { kind: 'error', code: 'not-allowed', message: 'x', id },
      { kind: 'pong', n: 77 },
      { ...greeting, nick: 'eve', member: 666 },
      { kind: 'challenge', nonce: 'A'.repeat(43) },
      { kind: 'go', offset: 0, size: 1 },
      { kind: 'stored', sha256: 'a'.repeat(64), size: 1 },
    );
    await isServed(server, visitor);
    expect(visitor.client.welcome?.nick).toBe('ada');
    expect(visitor.client.outbox).toEqual([]);
  });

  test('an answer of another kind rejects the question and nothing else', async () => {
    const server = await hostileServer({
      history: ({ req }, line) => line.send(Buffer.concat([frameOf({ kind: 'done', re: req })])),
    });
    const visitor = await visit(server);
    await expect(visitor.client.history(general, { limit: 1 })).rejects.toThrow('where past was due');
    await isServed(server, visitor);
  });

  test.each([
    ['a seq that is not behind after', { after: 5 as Seq, limit: 9 }, [message(5, 'x')]],
    ['a seq that is not before before', { before: 5 as Seq, limit: 9 }, [message(5, 'x')]],
    ['more than were asked for', { limit: 1 }, [message(1, 'x'), message(2, 'x')]],
    ['another room', { limit: 1 }, [{ ...message(1, 'x'), room: 'other' }]],
  ])('a past with %s rejects the question', async (_, bounds, events) => {
    const history: Script['history'] = ({ req, room }, line) =>
      line.send(frameOf({ kind: 'past', re: req, room, events, more: true }));
    const server = await hostileServer({ history });
    const visitor = await visit(server);
    await expect(visitor.client.history(general, bounds)).rejects.toThrow('not asked for');
    await isServed(server, visitor);
  });

  test('a question that ends each connection is given up, and the client lives on', async () => {
    const history: Script['history'] = ({ req }, line) => line.send(frameOf({ kind: 'past', re: req }));
    const server = await hostileServer({ history });
    const visitor = testClient({ port: server.port, nick: 'ada', random: () => 0 });
    await visitor.client.ready();
    await expect(visitor.client.history(general, { limit: 1 })).rejects.toThrow('broke off');
    expect(server.logins()).toBe(clientBounds.questionTries);
    await visitor.until(() => visitor.client.status.is === 'online');
  });

  test('live events whose seq goes back or comes twice are told once, rising', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    const seqs = [5, 3, 5, 6, 6, 1, 7];
    server.say(...seqs.map((seq) => ({ kind: 'event', event: message(seq, `m${seq}`) })));
    await isServed(server, visitor);
    expect(visitor.texts()).toEqual(['m5', 'm6', 'm7', 'still here']);
  });

  test.each([
    ['not rising', [message(5, 'a'), message(3, 'b')]],
    ['twice', [message(5, 'a'), message(5, 'a')]],
  ])('a page with a seq %s is cut', async (_, events) => {
    let asked = 0;
    const sync: Script['sync'] = ({ req }, line) => {
      asked += 1;
      line.send(frameOf(page({ re: req, events: asked === 1 ? events : [] })));
    };
    const server = await hostileServer({ sync });
    const visitor = await visit(server);
    await isCut(server, visitor);
    expect(visitor.texts()).toEqual([]);
  });

  test('pages that lead nowhere are not asked for for ever', async () => {
    const asked: number[] = [];
    const sync: Script['sync'] = ({ req }, line) => {
      asked.push(server.logins());
      const more = server.logins() === 1;
      line.send(frameOf(page({ re: req, events: [], upTo: 4, more })));
    };
    const server: HostileServer = await hostileServer({ sync });
    const visitor = await visit(server);
    await isCut(server, visitor);
    expect(asked.filter((login) => login === 1)).toHaveLength(2);
  });

  test('a roster whose pages bring nobody ends', async () => {
    const server = await hostileServer({
      who: ({ req, from = 0 }, line) =>
        line.send(frameOf({ kind: 'roster', re: req, online: 9, people: [], next: from + 1 })),
    });
    const visitor = await visit(server);
    expect((await visitor.client.who({ most: 1e6 })).people).toEqual([]);
  });
});

describe('a server that says too much', () => {
  test('of more rooms than anybody is in: is cut', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    const rooms = Array.from({ length: clientBounds.roomsHeard + 1 }, (_, n) => `room-${n}`);
    server.say(...rooms.map((room, n) => ({ kind: 'event', event: { ...message(n + 1, 'x'), room } })));
    await isCut(server, visitor);
    expect(new Set(visitor.events.map(({ room }) => room)).size).toBeLessThanOrEqual(rooms.length - 1);
  });

  test('a flood of pings that it does not take the answers of: is cut', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    const [line] = server.lines;
    line?.pause();
    const flood = Buffer.concat(Array.from({ length: 2_000 }, (_, n) => frameOf({ kind: 'ping', n })));
    const isOver = () => visitor.client.status.is !== 'online';
    while (!isOver()) {
      if ((line?.queuedBytes ?? 0) < limits.sendQueueBytes) line?.send(flood);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await visitor.until(() => visitor.client.status.is === 'online');
  });

  test('of comings and goings: each is told, and the client is served on', async () => {
    const server = await hostileServer();
    const visitor = await visit(server);
    server.say(
      ...Array.from({ length: 5_000 }, (_, n) => ({
        kind: 'event',
        event: membership(n + 1, n % 2 === 0 ? 'join' : 'part', `n${n}`),
      })),
    );
    await isServed(server, visitor);
  });
});

const bytes = Buffer.from('the content of a file');
const sha256 = createHash('sha256').update(bytes).digest('hex');

type Lie = {
  readonly name?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly go?: object;
  readonly sent?: readonly Buffer[];
};

/** A server that has one file, and lies about it. */
function fileServer({ name = 'plan.txt', size = bytes.length, go, sent = [bytes], ...rest }: Lie) {
  const fetch: Script['fetch'] = ({ req, offset }, line) =>
    line.send(frameOf({ kind: 'ticket', re: req, ticket: 't', name, size, sha256, offset, ...rest }));
  const transfer = (stream: Duplex) => {
    for (const chunk of sent) stream.write(chunk);
    stream.end();
  };
  return hostileServer({ fetch }, { transfer, go: go ?? { kind: 'go', offset: 0, size } });
}

const fetchInto = (visitor: Awaited<ReturnType<typeof visit>>, folder: string) =>
  visitor.client.download({ room: general, seq: 1 as Seq, to: { folder } });

/** Everything below a folder that is no part. */
const filesIn = (folder: string) => readdirSync(folder).filter((name) => name !== '.chat-tui-part');

describe('a server that lies about a file', () => {
  const lies: Readonly<Record<string, Lie>> = {
    'more bytes than its size': { sent: [bytes, Buffer.alloc(1 << 20)] },
    'a size smaller than the bytes': { size: 3 },
    'other bytes of the same size': { sent: [Buffer.alloc(bytes.length)] },
    'another digest': { sha256: 'b'.repeat(64) },
    'a go at another place': { go: { kind: 'go', offset: 5, size: bytes.length } },
    'a go far behind the end': { go: { kind: 'go', offset: 2 ** 50, size: bytes.length } },
  };

  test.each(Object.keys(lies))('%s: the download fails, and nothing is there', async (name) => {
    const server = await fileServer(lies[name] ?? {});
    const visitor = await visit(server);
    const folder = await testFolder();
    await expect(fetchInto(visitor, folder)).rejects.toBeInstanceOf(TransferError);
    expect(readdirSync(folder)).toEqual([]);
    await isServed(server, visitor);
  });

  test.each([
    ['a size below 0', { size: -1 }],
    ['a size over what numbers hold', { size: 2 ** 60 }],
    ['a digest that is a path', { sha256: '../../../../etc/passwd' }],
    ['a name over its bound', { name: 'n'.repeat(limits.fileNameBytes + 1) }],
    ['an empty name', { name: '' }],
  ])('%s is no ticket', async (_, lie) => {
    const server = await fileServer(lie);
    const visitor = await visit(server);
    const folder = await testFolder();
    const failed = expect(fetchInto(visitor, folder)).rejects.toThrow();
    await visitor.until(() => visitor.client.status.is === 'waiting');
    await visitor.client.close('done');
    await failed;
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a server that tells of an upload what is not so is believed only by its own word', async () => {
    const offer: Script['offer'] = ({ req, name, size, sha256: digest }, line) =>
      line.send(
        frameOf({ kind: 'ticket', re: req, ticket: 't', name, size, sha256: digest, offset: 2 ** 50 }),
      );
    const go = { kind: 'go', offset: 2 ** 50, size: 1 };
    const refusal = frameOf({ kind: 'error', code: 'checksum', message: 'no\u001b]0;x\u0007' });
    const server = await hostileServer({ offer }, { transfer: (stream) => stream.end(refusal), go });
    const visitor = await visit(server);
    const path = join(await testFolder(), 'mine.txt');
    writeFileSync(path, bytes);
    await expect(visitor.client.upload(general, path)).rejects.toBeInstanceOf(TransferError);
    expect(readFileSync(path)).toEqual(bytes);
  });
});

describe('every file name of the corpus, as a server would give it', () => {
  const sendable = fileNames.filter(
    ({ text }) => text.length > 0 && Buffer.byteLength(text) <= limits.fileNameBytes,
  );

  test('all but the ones that are no name on the wire', () => {
    expect(fileNames).toHaveLength(126);
    expect(sendable.length).toBeGreaterThanOrEqual(120);
  });

  test('is saved below the folder, private, under the name made here, over nothing', async () => {
    let name = '';
    const fetch: Script['fetch'] = ({ req }, line) =>
      line.send(
        frameOf({ kind: 'ticket', re: req, ticket: 't', name, size: bytes.length, sha256, offset: 0 }),
      );
    const go = { kind: 'go', offset: 0, size: bytes.length };
    const server = await hostileServer({ fetch }, { transfer: (stream) => stream.end(bytes), go });
    const visitor = await visit(server);
    const above = await testFolder();
    const folder = join(above, 'downloads');
    mkdirSync(folder);
    for (const record of sendable) {
      name = record.text.isWellFormed() ? record.text : record.text.toWellFormed();
      const { path } = await fetchInto(visitor, folder);
      const base = path.slice(folder.length + 1);
      expect([record.name, path.startsWith(`${folder}/`), base.includes('/')]).toEqual([
        record.name,
        true,
        false,
      ]);
      const facts = lstatSync(path);
      expect([record.name, facts.isFile(), facts.mode & 0o777]).toEqual([record.name, true, 0o600]);
      expect(readFileSync(path)).toEqual(bytes);
    }
    expect(readdirSync(above)).toEqual(['downloads']);
    expect(filesIn(folder)).toHaveLength(sendable.length);
  });

  const setups: Readonly<Record<string, (path: string, victim: string) => void>> = {
    'symlink-in-target': (path, victim) => symlinkSync(victim, path),
    'lock-file': (path) => writeFileSync(path, 'kept', { mode: 0o600 }),
    'dir-with-name': (path) => mkdirSync(path),
    'readonly-file': (path) => {
      writeFileSync(path, 'kept');
      chmodSync(path, 0o400);
    },
    hardlink: (path, victim) => linkSync(victim, path),
  };
  const prepared = fileNames.flatMap((record) => {
    const rule = record.expect.find((one) => one.startsWith('fs-setup:'));
    return rule === undefined ? [] : [{ ...record, setup: rule.slice('fs-setup:'.length) }];
  });

  test('there are five that find something in their way', () => {
    expect(prepared.map(({ setup }) => setup).sort()).toEqual(Object.keys(setups).sort());
  });

  test.each(prepared)('$name: what is in the way stays as it was', async ({ text, setup }) => {
    const server = await fileServer({ name: text });
    const visitor = await visit(server);
    const [folder, elsewhere] = [await testFolder(), await testFolder()];
    const victim = join(elsewhere, 'victim');
    writeFileSync(victim, 'untouched');
    const inTheWay = join(folder, safeName(text));
    setups[setup]?.(inTheWay, victim);
    const before = lstatSync(inTheWay);
    const { path } = await fetchInto(visitor, folder);
    expect(path).not.toBe(inTheWay);
    expect(readFileSync(path)).toEqual(bytes);
    const after = lstatSync(inTheWay);
    expect([after.ino, after.mode, after.size]).toEqual([before.ino, before.mode, before.size]);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readdirSync(elsewhere)).toEqual(['victim']);
  });
});
