// What the cli keeps in files: the endpoint, known servers, profiles, the server's secrets, the log.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePrivateFolder } from '../../src/cli/files.ts';
import { knownFingerprint, rememberServer } from '../../src/cli/known-servers.ts';
import {
  type Endpoint,
  isAlive,
  readEndpoint,
  removeEndpoint,
  writeEndpoint,
} from '../../src/cli/local/endpoint.ts';
import { openLogFile } from '../../src/cli/local/log-file.ts';
import { certificateOf, serverKey, serverToken } from '../../src/cli/local/secrets.ts';
import { moveProfiles, Profiles } from '../../src/cli/profiles.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-tui-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const endpoint: Endpoint = {
  host: '127.0.0.1',
  port: 2428,
  fingerprint: 'F',
  token: 'T',
  pid: process.pid,
  version: '0.1.0',
  startedAt: 1,
  kind: 'local',
};
const mode = (path: string) => statSync(path).mode & 0o777;

describe('the endpoint file', () => {
  test('is read as it was written, for this user alone, and goes', async () => {
    await writeEndpoint(folder, endpoint);
    expect(await readEndpoint(folder)).toEqual(endpoint);
    expect(mode(join(folder, 'endpoint.json'))).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['endpoint.json']);
    await removeEndpoint(folder);
    await removeEndpoint(folder);
    expect(await readEndpoint(folder)).toBeUndefined();
  });

  test.each(['', '{', 'null', '[]', '{"port":1}', JSON.stringify({ ...endpoint, kind: 'x' })])(
    'that says %j is none',
    async (text) => {
      writeFileSync(join(folder, 'endpoint.json'), text);
      expect(await readEndpoint(folder)).toBeUndefined();
    },
  );

  test('a process is alive or it is not', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(2 ** 22 + 1)).toBe(false);
  });
});

describe('a private folder', () => {
  test('is made with what is missing above it, by many at once', async () => {
    const path = join(folder, 'a', 'b');
    await Promise.all(Array.from({ length: 8 }, () => makePrivateFolder(path)));
    expect([mode(path), mode(join(folder, 'a'))]).toEqual([0o700, 0o700]);
  });

  test('that cannot be made is an error at once, also where the parent takes no folders at all', async () => {
    await expect(makePrivateFolder('/proc/x/y')).rejects.toThrow();
    writeFileSync(join(folder, 'file'), '');
    await expect(makePrivateFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('known servers', () => {
  test('are remembered by address, in any letter case, and replaced', async () => {
    const address = { host: 'Chat.Example', port: 1 };
    expect(await knownFingerprint(folder, address)).toBeUndefined();
    await rememberServer(folder, address, 'A');
    await rememberServer(folder, { host: '::1', port: 2 }, 'B');
    await rememberServer(folder, { host: 'chat.example', port: 1 }, 'C');
    expect(await knownFingerprint(folder, address)).toBe('C');
    expect(await knownFingerprint(folder, { host: '::1', port: 2 })).toBe('B');
    expect(mode(join(folder, 'known-servers'))).toBe(0o600);
  });
});

describe('profiles', () => {
  test('two that make the same one at once get one key, and others their own', async () => {
    const profiles = new Profiles(folder, 'S');
    const made = await Promise.all(Array.from({ length: 8 }, () => new Profiles(folder, 'S').use('ada')));
    expect(new Set(made.map(({ device }) => device.publicKey)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    const bob = await profiles.use('bob');
    const elsewhere = await new Profiles(folder, 'T').use('ada');
    expect(new Set([made[0]?.device.publicKey, bob.device.publicKey, elsewhere.device.publicKey]).size).toBe(
      3,
    );
    expect(readdirSync(join(folder, 'profiles/S')).sort()).toEqual(['nick-ada.json', 'nick-bob.json']);
    expect(mode(join(folder, 'profiles/S/nick-ada.json'))).toBe(0o600);
    expect(mode(join(folder, 'profiles/S'))).toBe(0o700);
  });

  test('a renamed member keeps its key under the new nick', async () => {
    const profiles = new Profiles(folder, 'S');
    const { device } = await profiles.use('ada');
    await profiles.used('ada');
    await profiles.renamed('ada', 'Eve');
    expect(await profiles.find('ada')).toBeUndefined();
    expect(await profiles.find('eve')).toEqual(device);
    expect(await profiles.last()).toBe('ada');
    await profiles.used('Eve');
    expect(await profiles.last()).toBe('Eve');
  });

  test('a nick cannot lead out of the folder', async () => {
    await new Profiles(folder, '../S').use('../../x');
    expect(existsSync(join(folder, 'profiles', encodeURIComponent('../S')))).toBe(true);
    expect(readdirSync(folder)).toEqual(['profiles']);
  });

  test('a damaged key is said, not replaced', async () => {
    const profiles = new Profiles(folder, 'S');
    await profiles.use('ada');
    writeFileSync(join(folder, 'profiles/S/nick-ada.json'), '{');
    await expect(profiles.use('ada')).rejects.toThrow(/damaged/);
  });

  test('go along when a changed key is trusted, but replace nobody', async () => {
    const { device } = await new Profiles(folder, 'old').use('ada');
    await moveProfiles(folder, 'old', 'new');
    expect(await new Profiles(folder, 'new').find('ada')).toEqual(device);
    await new Profiles(folder, 'third').use('ada');
    await moveProfiles(folder, 'third', 'new');
    expect(await new Profiles(folder, 'new').find('ada')).toEqual(device);
    await moveProfiles(folder, 'nobody', 'new');
  });
});

describe('a server’s secrets', () => {
  test('are made once and kept for this user alone', async () => {
    const key = await serverKey(folder);
    const token = await serverToken(folder);
    expect(await serverKey(folder)).toEqual(key);
    expect(await serverToken(folder)).toBe(token);
    expect(await certificateOf(folder)).toBe(key.certPem);
    for (const name of readdirSync(folder)) expect(mode(join(folder, name))).toBe(0o600);
  });

  test('a key without its certificate is said, not replaced', async () => {
    await serverKey(folder);
    rmSync(join(folder, 'server-cert.pem'));
    await expect(serverKey(folder)).rejects.toThrow(/certificate/);
  });
});

describe('the log file', () => {
  test('stays below its bound, with one old file beside it', () => {
    const path = join(folder, 'server.log');
    const log = openLogFile(path, 100);
    for (let n = 0; n < 50; n += 1) log.write(`line ${n}`);
    expect(readdirSync(folder).sort()).toEqual(['server.log', 'server.log.1']);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
    expect(readFileSync(path, 'utf8')).toContain('line 49\n');
  });

  test('loses its lines on a full disk, and nothing else', () => {
    const path = join(folder, 'server.log');
    // Linux answers every write to this device with ENOSPC.
    symlinkSync('/dev/full', path);
    expect(() => openLogFile(path, 100).write('a line')).not.toThrow();
  });

  test('goes on where it stopped', () => {
    const path = join(folder, 'server.log');
    openLogFile(path, 100).write('before');
    openLogFile(path, 100).write('after');
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });
});
