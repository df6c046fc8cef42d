// Which key a client asks for, and whose profiles it uses, before and after the first meeting.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { rememberServer } from '../../src/cli/known-servers.ts';
import { Notes } from '../../src/cli/notes.ts';
import { outputTo } from '../../src/cli/output.ts';
import { pathsFor } from '../../src/cli/paths.ts';
import { targetOf } from '../../src/cli/target.ts';
import { makeServerKey } from '../../src/net/identity.ts';
import { testServer } from '../helpers/test-server.ts';

let dir = '';
let said: string[] = [];
beforeEach(() => {
  said = [];
  dir = mkdtempSync(join(tmpdir(), 'chat-tui-target-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const context = (server: string): Context => ({
  flags: { server, dir },
  input: [],
  paths: pathsFor({ dir, env: {} }),
  env: {},
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  output: outputTo(new PassThrough()),
  notes: new Notes((text) => void said.push(text)),
});

const [one, other] = ['A'.repeat(43), 'B'.repeat(43)];

describe('a server given by its address', () => {
  test('is pinned from its first meeting on, also for the dials of the same run', async () => {
    const target = await targetOf(context('192.0.2.1:7'));
    expect(await target.resolve()).toEqual({ host: '192.0.2.1', port: 7 });
    await target.remember(one);
    expect(said.join('')).toContain(one);
    expect(await target.resolve()).toEqual({ host: '192.0.2.1', port: 7, pin: one });
  });

  test('is pinned by its link before that, and only then told the token', async () => {
    const target = await targetOf(context(`chat://192.0.2.1:7/dev#${one}.token`));
    expect(await target.resolve()).toEqual({ host: '192.0.2.1', port: 7, pin: one, token: 'token' });
    expect([target.room, target.serverId]).toEqual(['dev', one]);
  });

  test('whose link names another key than the remembered one is not dialled', async () => {
    await rememberServer(join(dir, 'data'), { host: '192.0.2.1', port: 7 }, other);
    await expect(targetOf(context(`chat://192.0.2.1:7#${one}`))).rejects.toMatchObject({ code: 4 });
  });
});

describe('a server on plain TCP', () => {
  test('is found out on loopback, and has profiles of its own address', async () => {
    const plain = await testServer();
    const target = await targetOf(context(`127.0.0.1:${plain.port}`));
    expect(await target.resolve()).toEqual({ host: '127.0.0.1', port: plain.port, isPlain: true });
    expect(target.serverId).toBe(target.plainId);
    expect(target.plainId).toContain(`${plain.port}`);
  });

  test('is never dialled without TLS where a key is known', async () => {
    const plain = await testServer();
    const target = await targetOf(context(`chat://127.0.0.1:${plain.port}#${one}`));
    expect(await target.resolve()).toEqual({ host: '127.0.0.1', port: plain.port, pin: one });
  });

  test('a server with TLS is not taken for one', async () => {
    const { port } = await testServer({ key: await makeServerKey() });
    const target = await targetOf(context(`127.0.0.1:${port}`));
    expect(await target.resolve()).toEqual({ host: '127.0.0.1', port });
  });
});
