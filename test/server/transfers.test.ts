// Files: tickets, both directions, going on after a cut, and everything that is refused.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import type { FileNote, MemberId, Seq } from '../../src/protocol/packet.ts';
import { type TestServer, testServer } from '../helpers/test-server.ts';
import { answerOf, bytesOf, noteOf, offer, open, upload } from '../helpers/upload.ts';

const nobody = { member: 0 as MemberId };
const KiB = 1024;
const MiB = 1024 * KiB;

describe('an upload', () => {
  test.each([0, 1, 300 * KiB, 3 * MiB])('of %i bytes is stored, posted and fetched whole', async (size) => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const bytes = randomBytes(size);
    const file = await upload(server, ada, bytes);
    const { seq } = await ada.post('', { file });
    const seen = await bob.match((packet) => packet.kind === 'event' && packet.event.seq === seq);
    expect(seen).toMatchObject({ event: { file, text: '' } });
    const got = await bob.askFor('ticket', { kind: 'fetch', seq, offset: 0 });
    expect(got).toMatchObject({ ...file, seq });
    const down = await bytesOf(await open(server, bob, got.ticket));
    expect(down.equals(bytes)).toBe(true);
  });

  test('that is cut goes on where it stopped', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bytes = randomBytes(2 * MiB);
    const note = noteOf(bytes);
    const first = await open(server, ada, (await offer(ada, note)).ticket);
    await new Promise((resolve) => first.stream.write(bytes.subarray(0, MiB), resolve));
    first.stream.end();
    first.stream.resume();
    await once(first.stream, 'close');
    // The offer may come while the last of the first dial is on its way to the disk; `go` comes behind it.
    const second = await open(server, ada, (await offer(ada, note)).ticket);
    expect(second.go).toMatchObject({ offset: MiB, size: bytes.length });
    second.stream.write(bytes.subarray(MiB));
    expect(await answerOf(second)).toMatchObject({ kind: 'stored' });
  });

  test('of what the member has there already is stored at once', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bytes = randomBytes(KiB);
    await upload(server, ada, bytes);
    expect(await offer(ada, noteOf(bytes))).toMatchObject({ offset: KiB });
    await upload(server, ada, bytes);
  });

  test("of bytes that only somebody else has isn't shortened", async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const bytes = randomBytes(KiB);
    const file = await upload(server, ada, bytes);
    expect(await offer(bob, file)).toMatchObject({ offset: 0 });
    await expect(bob.post('', { file })).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('whose bytes are others than its digest says is refused', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const note = noteOf(randomBytes(KiB));
    const opened = await open(server, ada, (await offer(ada, note)).ticket);
    opened.stream.write(randomBytes(KiB));
    expect(await answerOf(opened)).toMatchObject({ kind: 'error', code: 'checksum' });
    expect(await offer(ada, note)).toMatchObject({ offset: 0 });
  });

  test('that brings more bytes than it said is refused', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bytes = randomBytes(KiB);
    const opened = await open(server, ada, (await offer(ada, noteOf(bytes))).ticket);
    opened.stream.write(Buffer.concat([bytes, Buffer.from('x')]));
    expect(await answerOf(opened)).toMatchObject({ kind: 'error', code: 'malformed' });
  });

  test('over the size of this server, or over what a member may keep, gets no ticket', async () => {
    const server = await testServer({ uploadBytes: 1_000, limits: { quotaBytesPerMember: 1_500 } });
    const ada = await server.enter('ada');
    const note = noteOf(randomBytes(1_001));
    await expect(offer(ada, note)).rejects.toMatchObject({ code: 'too-large' });
    await upload(server, ada, randomBytes(900));
    await expect(offer(ada, noteOf(randomBytes(700)))).rejects.toMatchObject({ code: 'quota' });
    // Rights that are given count as well: not each alone may fit, but all together.
    await offer(ada, noteOf(randomBytes(400)));
    await expect(offer(ada, noteOf(randomBytes(400)))).rejects.toMatchObject({ code: 'quota' });
  });

  test('beyond so many at once waits its turn', async () => {
    const server = await testServer({ limits: { uploadsAtOnce: 1 } });
    const ada = await server.enter('ada');
    const first = await offer(ada, noteOf(randomBytes(KiB)));
    const second = await offer(ada, noteOf(randomBytes(KiB)));
    await open(server, ada, first.ticket);
    await expect(open(server, ada, second.ticket)).rejects.toThrow('too-many');
    await expect(offer(ada, noteOf(randomBytes(KiB)))).rejects.toMatchObject({ code: 'too-many' });
  });
});

describe('a ticket', () => {
  test('is used once', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const { ticket } = await offer(ada, noteOf(randomBytes(KiB)));
    await open(server, ada, ticket);
    await expect(open(server, ada, ticket)).rejects.toThrow('ticket-wrong');
  });

  test('is of no use to another device', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const { ticket } = await offer(ada, noteOf(randomBytes(KiB)));
    await expect(open(server, bob, ticket)).rejects.toThrow('ticket-wrong');
    await expect(open(server, ada, ticket)).resolves.toBeDefined();
  });

  test('ends', async () => {
    let now = Date.now();
    const server = await testServer({ now: () => now });
    const ada = await server.enter('ada');
    const { ticket } = await offer(ada, noteOf(randomBytes(KiB)));
    now += limits.ticketMs;
    await expect(open(server, ada, ticket)).rejects.toThrow('ticket-wrong');
  });
});

describe('a download', () => {
  test('goes on from an offset, and is found by the beginning of its digest', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bytes = randomBytes(MiB);
    const file = await upload(server, ada, bytes);
    await ada.post('', { file });
    const sha256 = file.sha256.slice(0, 8);
    const got = await ada.askFor('ticket', { kind: 'fetch', sha256, offset: MiB - 10 });
    const opened = await open(server, ada, got.ticket);
    expect(opened.go).toMatchObject({ offset: MiB - 10, size: MiB });
    expect(await bytesOf(opened)).toEqual(bytes.subarray(-10));
  });

  test('of what is no file, or not there, is refused', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const { seq } = await ada.post('no file');
    const fetches = [{ seq }, { seq: 999 as Seq }, { sha256: 'abcdef' }];
    for (const what of fetches) {
      const asked = ada.ask({ kind: 'fetch', offset: 0, ...what });
      await expect(asked).rejects.toMatchObject({ code: 'no-such-file' });
    }
  });

  test('that was uploaded but never posted cannot be had by its digest', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bob = await server.enter('bob');
    const file = await upload(server, ada, randomBytes(KiB));
    const asked = bob.ask({ kind: 'fetch', offset: 0, sha256: file.sha256 });
    await expect(asked).rejects.toMatchObject({ code: 'no-such-file' });
  });

  test('that nobody takes is cut, and holds no more than its pieces', async () => {
    const server = await testServer({ limits: { transferSilenceMs: 50 } });
    const ada = await server.enter('ada');
    const bytes = randomBytes(32 * MiB);
    const file = noteOf(bytes);
    // Not over the wire, where so short a patience could cut it.
    const { member } = await ada.askFor('roster', { kind: 'who' }).then(({ people }) => people[0] ?? nobody);
    const writer = await server.store.blobs.receive(member, file.sha256, file.size);
    await writer.write(bytes);
    await writer.finish();
    const { seq } = await ada.post('', { file });
    const { ticket } = await ada.askFor('ticket', { kind: 'fetch', seq, offset: 0 });
    const { stream } = await open(server, ada, ticket);
    stream.on('error', () => undefined);
    await expect(server.lineOf('download-ended')).resolves.toMatchObject({ level: 'info' });
    stream.destroy();
  });
});

describe("the server's disk", () => {
  /** Where the bytes of the member's next upload would go. */
  const placeOf = (server: TestServer, { sha256 }: FileNote) => {
    const folder = join(server.folder, 'unfinished', '1');
    mkdirSync(folder, { recursive: true });
    return join(folder, sha256);
  };
  const blobOf = (server: TestServer, { sha256 }: FileNote) =>
    join(server.folder, 'blobs', sha256.slice(0, 2), sha256.slice(2));

  test('that is full refuses an upload in its middle with a word, and takes the next one', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const bytes = randomBytes(MiB);
    const note = noteOf(bytes);
    // Behind an upload, which waits for the sweep of the start: to that one the device looks like what is days old.
    await upload(server, ada, randomBytes(10));
    // Linux answers every write to this device with ENOSPC.
    symlinkSync('/dev/full', placeOf(server, note));
    const opened = await open(server, ada, (await offer(ada, note)).ticket);
    opened.stream.on('error', () => undefined).write(bytes);
    expect(await answerOf(opened)).toMatchObject({ kind: 'error', code: 'disk-full' });
    await expect(server.lineOf('disk-failed')).resolves.toMatchObject({ level: 'error' });
    expect(readdirSync(join(server.folder, 'unfinished', '1'))).toEqual([]);
    await expect(ada.post('', { file: note })).rejects.toMatchObject({ code: 'no-such-file' });
    await upload(server, ada, bytes);
  });

  test('that cannot be written refuses that upload, and the chat goes on', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const note = noteOf(randomBytes(KiB));
    mkdirSync(placeOf(server, note));
    const ticket = offer(ada, note).then((given) => open(server, ada, given.ticket));
    await expect(ticket).rejects.toThrow('disk-full');
    await expect(ada.post('still here')).resolves.toBeDefined();
  });

  test('that cannot be read refuses that download, and the chat goes on', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const file = await upload(server, ada, randomBytes(KiB));
    const { seq } = await ada.post('', { file });
    rmSync(blobOf(server, file));
    symlinkSync(blobOf(server, file), blobOf(server, file));
    const asked = ada.askFor('ticket', { kind: 'fetch', seq, offset: 0 });
    await expect(asked).rejects.toMatchObject({ code: 'no-such-file' });
    await expect(server.lineOf('disk-failed')).resolves.toMatchObject({ level: 'error' });
    await expect(ada.post('still here')).resolves.toBeDefined();
  });

  test('that lost the end of a file has no such file', async () => {
    const server = await testServer();
    const ada = await server.enter('ada');
    const file = await upload(server, ada, randomBytes(KiB));
    const { seq } = await ada.post('', { file });
    truncateSync(blobOf(server, file), 1);
    const asked = ada.askFor('ticket', { kind: 'fetch', seq, offset: 0 });
    await expect(asked).rejects.toMatchObject({ code: 'no-such-file' });
  });
});

test('a server that stops cuts transfers and keeps what came of an upload', async () => {
  const server = await testServer();
  const ada = await server.enter('ada');
  const bytes = randomBytes(2 * MiB);
  const note = noteOf(bytes);
  const opened = await open(server, ada, (await offer(ada, note)).ticket);
  await new Promise((resolve) => opened.stream.write(bytes.subarray(0, MiB), resolve));
  opened.stream.on('error', () => undefined).resume();
  await server.stop('restart');
  expect(server.stats()).toMatchObject({ transfers: 0, sessions: 0 });
});
