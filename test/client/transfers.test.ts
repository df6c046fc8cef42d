import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Transfer } from '../../src/client/client.ts';
import { LocalFileError, TransferStopped } from '../../src/client/errors.ts';
import { openSqliteStore } from '../../src/store/open.ts';
import { enter, general, type TestClient } from '../helpers/chat-client.ts';
import { startProxy } from '../helpers/proxy.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';

const MiB = 1024 * 1024;
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

type Local = { readonly path: string; readonly bytes: Buffer; readonly sha256: string };

async function localFile(size: number, name = 'plan.bin'): Promise<Local> {
  const path = join(await testFolder(), name);
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, bytes, sha256: digest(bytes) };
}

function transfers({ told }: TestClient): Transfer[] {
  return told.flatMap((event) => (event.type === 'transfer' ? [event.transfer] : []));
}

const steps = (test: TestClient) =>
  transfers(test)
    .map(({ step }) => step)
    .filter((step, n, all) => step !== all[n - 1]);

const partsIn = (folder: string) => {
  const parts = join(folder, '.chat-tui-part');
  return existsSync(parts) ? readdirSync(parts) : [];
};

/** A file on a server, and who sent it. */
async function sent(size: number, name?: string) {
  const server = await testServer();
  const proxy = await startProxy(server.port);
  const ada = await enter({ port: proxy.port, nick: 'ada' });
  const local = await localFile(size, name);
  const { seq } = await ada.client.upload(general, local.path);
  return { server, proxy, ada, local, seq, folder: await testFolder() };
}

describe('a file up', () => {
  test.each([0, 1, 3 * MiB + 7])('of %i bytes comes down as it went up', async (size) => {
    const { ada, local, seq, folder } = await sent(size);
    const { path, file } = await ada.client.download({ seq, room: general, to: { folder } });
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
    expect(file).toEqual({ name: 'plan.bin', size, sha256: local.sha256 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['plan.bin']);
  });

  test('is a message that carries name, size and digest, told with its steps', async () => {
    const { ada, local, seq } = await sent(2 * MiB);
    expect(ada.events.at(-1)).toMatchObject({
      seq,
      text: '',
      file: { name: 'plan.bin', sha256: local.sha256 },
    });
    expect(steps(ada)).toEqual(['waiting', 'hashing', 'waiting', 'moving', 'waiting', 'done']);
    expect(ada.client.transfers).toMatchObject([{ direction: 'up', step: 'done', bytes: 2 * MiB }]);
  });

  test('goes on behind what the server has when it is cut in the middle', async () => {
    const server = await testServer();
    const proxy = await startProxy(server.port);
    const ada = await enter({ port: proxy.port, nick: 'ada' });
    const local = await localFile(8 * MiB);
    proxy.plan(
      { connection: 0, after: 3 * MiB, direction: 'up' },
      { connection: 1, after: 3 * MiB, direction: 'up' },
    );
    const { file } = await ada.client.upload(general, local.path);
    expect(file.sha256).toBe(local.sha256);
    expect(proxy.fallen()).toBe(2);
    const offsets = transfers(ada).flatMap(({ step, bytes }) => (step === 'moving' ? [bytes] : []));
    expect(offsets.some((bytes) => bytes >= 2 * MiB && bytes < 3 * MiB)).toBe(true);
  });

  test('goes on after the server was restarted', async () => {
    const folder = await testFolder();
    const first = await testServer({ store: await openSqliteStore({ folder }) });
    const ada = await enter({ port: first.port, nick: 'ada' });
    const local = await localFile(24 * MiB);
    const upload = ada.client.upload(general, local.path);
    await ada.until(() => transfers(ada).some(({ step }) => step === 'moving'));
    await first.stop('restart');
    const listen = [{ host: '127.0.0.1', port: first.port }];
    await testServer({ store: await openSqliteStore({ folder }), listen });
    expect((await upload).file.sha256).toBe(local.sha256);
  });

  test.each([
    ['no such file', (folder: string) => join(folder, 'missing'), 'There is no file'],
    ['a folder', (folder: string) => folder, 'is no file'],
    ['a path through a file', (folder: string) => join(folder, 'file', 'x'), 'There is no file'],
    ['a device', () => '/dev/zero', 'is no file'],
  ])('of %s is refused with a sentence, and nothing is posted', async (_, pathIn, sentence) => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const folder = await testFolder();
    writeFileSync(join(folder, 'file'), '');
    const upload = ada.client.upload(general, pathIn(folder));
    await expect(upload).rejects.toThrow(sentence);
    await expect(upload).rejects.toBeInstanceOf(LocalFileError);
    expect(ada.client.transfers).toMatchObject([{ step: 'failed' }]);
    expect(ada.texts()).toEqual([]);
  });

  test('over the size that the server takes is refused before it is read', async () => {
    const server = await testServer({ uploadBytes: 1_000 });
    const ada = await enter({ port: server.port, nick: 'ada' });
    const { path } = await localFile(1_001);
    await expect(ada.client.upload(general, path)).rejects.toThrow('1,001 bytes');
    expect(steps(ada)).toEqual(['waiting', 'failed']);
  });

  test.each([
    ['grows', (path: string) => appendFileSync(path, 'more')],
    ['shrinks', (path: string) => truncateSync(path, MiB)],
    ['is written to', (path: string) => writeFileSync(path, randomBytes(16 * MiB))],
  ])('that %s while it is hashed fails and nothing is posted', async (_, change) => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const { path } = await localFile(16 * MiB);
    const upload = ada.client.upload(general, path);
    const failed = expect(upload).rejects.toThrow('changed while it was read');
    await ada.until(() => transfers(ada).some(({ step, bytes }) => step === 'hashing' && bytes > 0));
    change(path);
    await failed;
    expect(ada.texts()).toEqual([]);
  });

  test('that shrinks while it is sent fails and nothing is posted', async () => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const { path } = await localFile(64 * MiB);
    const upload = ada.client.upload(general, path);
    const failed = expect(upload).rejects.toThrow('changed while it was read');
    await ada.until(() => transfers(ada).some(({ step }) => step === 'moving'));
    truncateSync(path, 0);
    await failed;
    expect(ada.texts()).toEqual([]);
  });

  test('that is cancelled is told so, and nothing is posted', async () => {
    const server = await testServer();
    const ada = await enter({ port: server.port, nick: 'ada' });
    const { path } = await localFile(64 * MiB);
    const upload = ada.client.upload(general, path);
    const failed = expect(upload).rejects.toBeInstanceOf(TransferStopped);
    await ada.until(() => transfers(ada).some(({ step }) => step === 'moving'));
    ada.client.cancel(1);
    await failed;
    expect(ada.client.transfers).toMatchObject([{ step: 'cancelled' }]);
    expect(ada.texts()).toEqual([]);
  });
});

describe('a file down', () => {
  test('is found by the beginning of its digest', async () => {
    const { ada, local, folder } = await sent(10);
    const what = { sha256: local.sha256.slice(0, 8), room: general, to: { folder } };
    const { path } = await ada.client.download(what);
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
  });

  test('goes on behind what is there when it is cut in the middle, and asks for no byte twice', async () => {
    const { proxy, ada, local, seq, folder } = await sent(8 * MiB);
    proxy.plan({ connection: 0, after: 3 * MiB, direction: 'down' });
    const { path } = await ada.client.download({ seq, room: general, to: { folder } });
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
    expect(proxy.fallen()).toBe(1);
    const moving = transfers(ada).flatMap((each) =>
      each.direction === 'down' && each.step === 'moving' ? [each.bytes] : [],
    );
    expect(moving).toEqual(moving.toSorted((a, b) => a - b));
    expect(readdirSync(folder)).toEqual(['plan.bin']);
  });

  test('goes on from a part that a closed client left, after it was hashed again', async () => {
    const { server, ada, local, seq, folder } = await sent(24 * MiB);
    const stopped = expect(ada.client.download({ seq, room: general, to: { folder } })).rejects.toThrow(
      'later',
    );
    const isMoving = () => transfers(ada).some((each) => each.direction === 'down' && each.bytes > 0);
    await ada.until(isMoving);
    await ada.client.close('quit');
    await stopped;
    expect(partsIn(folder)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['.chat-tui-part']);
    const bob = await enter({ port: server.port, nick: 'bob' });
    const { path } = await bob.client.download({ seq, room: general, to: { folder } });
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
    expect(steps(bob).slice(0, 2)).toEqual(['waiting', 'hashing']);
    expect(readdirSync(folder)).toEqual(['plan.bin']);
  });

  test('a part with wrong bytes in it is found out by the digest, and nothing is left', async () => {
    const { ada, local, seq, folder } = await sent(MiB);
    mkdirSync(join(folder, '.chat-tui-part'), { mode: 0o700 });
    writeFileSync(join(folder, '.chat-tui-part', `${local.sha256}-1x-0.part`), randomBytes(1_000));
    const download = ada.client.download({ seq, room: general, to: { folder } });
    await expect(download).rejects.toThrow('checksum');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('never goes over what exists: file, folder or dangling link', async () => {
    const { ada, seq, folder } = await sent(10);
    writeFileSync(join(folder, 'plan.bin'), 'mine');
    mkdirSync(join(folder, 'plan (1).bin'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'plan (2).bin'));
    const { path } = await ada.client.download({ seq, room: general, to: { folder } });
    expect(path).toBe(join(folder, 'plan (3).bin'));
    expect(readFileSync(join(folder, 'plan.bin'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('a link where the parts go is not followed', async () => {
    const { ada, seq, folder } = await sent(10);
    const elsewhere = await testFolder();
    symlinkSync(elsewhere, join(folder, '.chat-tui-part'));
    const download = ada.client.download({ seq, room: general, to: { folder } });
    await expect(download).rejects.toThrow('in the way');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('a link that pretends to be a part is not followed', async () => {
    const { ada, local, seq, folder } = await sent(10);
    const victim = join(await testFolder(), 'victim');
    writeFileSync(victim, 'mine');
    mkdirSync(join(folder, '.chat-tui-part'), { mode: 0o700 });
    symlinkSync(victim, join(folder, '.chat-tui-part', `${local.sha256}-1x-0.part`));
    const { path } = await ada.client.download({ seq, room: general, to: { folder } });
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  test('a folder of parts that others can enter is closed to them', async () => {
    const { ada, seq, folder } = await sent(10);
    const parts = join(folder, '.chat-tui-part');
    mkdirSync(parts);
    chmodSync(parts, 0o777);
    writeFileSync(join(parts, 'other'), '');
    await ada.client.download({ seq, room: general, to: { folder } });
    expect(lstatSync(parts).mode & 0o777).toBe(0o700);
  });

  test('two at once of the same file are two files', async () => {
    const { ada, local, seq, folder } = await sent(4 * MiB);
    const to = { seq, room: general, to: { folder } };
    const both = await Promise.all([ada.client.download(to), ada.client.download(to)]);
    expect(both.map(({ path }) => path).sort()).toEqual([
      join(folder, 'plan (1).bin'),
      join(folder, 'plan.bin'),
    ]);
    for (const { path } of both) expect(readFileSync(path).equals(local.bytes)).toBe(true);
  });

  test('to a path goes exactly there, and is refused where something is', async () => {
    const { ada, local, seq, folder } = await sent(10);
    const path = join(folder, 'here');
    const what = { seq, room: general, to: { path } };
    expect((await ada.client.download(what)).path).toBe(path);
    expect(readFileSync(path).equals(local.bytes)).toBe(true);
    await expect(ada.client.download(what)).rejects.toThrow('exists already');
    expect(readdirSync(folder)).toEqual(['here']);
  });

  test('into a sink arrives whole over a cut, at the pace of the sink', async () => {
    const { proxy, ada, local, seq } = await sent(6 * MiB);
    const hash = createHash('sha256');
    const sink = new Writable({
      write: (chunk, _, done) => {
        hash.update(chunk);
        setImmediate(done);
      },
    });
    proxy.plan({ connection: 0, after: 2 * MiB, direction: 'down' });
    await ada.client.download({ seq, room: general, to: { sink } });
    expect(hash.digest('hex')).toBe(local.sha256);
    expect(proxy.fallen()).toBe(1);
  });

  test('into a sink that breaks ends with a sentence', async () => {
    const { ada, seq } = await sent(10);
    const sink = new Writable({ write: (_, __, done) => done(new Error('broken pipe')) });
    const download = ada.client.download({ seq, room: general, to: { sink } });
    await expect(download).rejects.toThrow('broken pipe');
    await expect(download).rejects.toBeInstanceOf(LocalFileError);
  });

  test('that is cancelled leaves nothing', async () => {
    const { ada, seq, folder } = await sent(64 * MiB);
    const download = ada.client.download({ seq, room: general, to: { folder } });
    const failed = expect(download).rejects.toBeInstanceOf(TransferStopped);
    await ada.until(() => transfers(ada).some((each) => each.direction === 'down' && each.bytes > 0));
    ada.client.cancel(2);
    await failed;
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of an unknown seq is the refusal of the server', async () => {
    const { ada, folder, seq } = await sent(10);
    const unknown = { seq: (seq - 1) as typeof seq, room: general, to: { folder } };
    await expect(ada.client.download(unknown)).rejects.toMatchObject({ name: 'Refusal' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a name that would lead elsewhere is made safe', async () => {
    const { ada, folder, seq } = await sent(10, '-rf .bashrc');
    const { path } = await ada.client.download({ seq, room: general, to: { folder } });
    expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)]);
    expect(path.slice(folder.length + 1)).not.toMatch(/^[-.]/);
  });
});
