// Keys: backed up to a file with a passphrase and taken back, and a code for who lost them all.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../src/cli/key-file.ts';
import { makeDeviceKey } from '../../src/net/identity.ts';
import { Home } from '../helpers/program.ts';

const passphrase = 'correct horse battery';

const keysIn = (home: Home): Record<string, string> => {
  const profiles = join(home.dir, 'data', 'profiles');
  const files = readdirSync(profiles, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(profiles, name), 'utf8')]));
};

/** Somebody who is ada and bob on a server. */
async function known(home: Home): Promise<void> {
  const { link } = await home.serve();
  for (const nick of ['ada', 'bob']) await home.run(['send', '--nick', nick, '--server', link, 'hi']);
}

describe('the keys of a data folder', () => {
  test('go into a file that only its passphrase opens, and come back as they were', async () => {
    await using home = new Home();
    await known(home);
    const before = keysIn(home);
    expect(Object.keys(before)).toHaveLength(2);
    const file = join(home.dir, 'keys.backup');
    const written = await home.run(['backup', '--keys', file, '--json'], `${passphrase}\n`);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(written.stdout)).toEqual({ path: file, keys: 2 });
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const text = readFileSync(file, 'utf8');
    for (const key of Object.values(before)) {
      expect(text).not.toContain((JSON.parse(key) as { privateKey: string }).privateKey);
    }
    rmSync(join(home.dir, 'data', 'profiles'), { recursive: true });
    const other = await home.run(['restore', '--keys', file], 'another one\n');
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('The passphrase is another') });
    expect(existsSync(join(home.dir, 'data', 'profiles'))).toBe(false);
    const restored = await home.run(['restore', '--keys', file], `${passphrase}\n`);
    expect(restored).toEqual({ code: 0, stdout: '2 restored, 0 there already\n', stderr: '' });
    expect(keysIn(home)).toEqual(before);
  }, 60_000);

  test('are written over no file, and take no other key away', async () => {
    await using home = new Home();
    await known(home);
    const file = join(home.dir, 'keys.backup');
    await home.run(['backup', '--keys', file], `${passphrase}\n`);
    const text = readFileSync(file, 'utf8');
    expect(await home.run(['backup', '--keys', file], `${passphrase}\n`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is there already and is not overwritten'),
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
    const [name = '', key = ''] =
      Object.entries(keysIn(home)).find(([path]) => path.includes('nick-ada')) ?? [];
    const stranger = JSON.stringify({ ...(JSON.parse(key) as object), ...makeDeviceKey() });
    writeFileSync(join(home.dir, 'data', 'profiles', name), stranger);
    const restored = await home.run(['restore', '--keys', file], `${passphrase}\n`);
    expect(restored).toMatchObject({ code: 1, stdout: '0 restored, 1 there already\n' });
    expect(restored.stderr).toMatch(/ada on .* has another key here, which stays/);
    expect(keysIn(home)[name]).toBe(stranger);
  }, 60_000);

  test('are asked for a passphrase twice and without an echo, and Ctrl-c leaves nothing', async () => {
    await using home = new Home();
    await known(home);
    const file = join(home.dir, 'keys.backup');
    const backup = () => home.chat(['backup', '--keys', file]);
    const gone = backup();
    await gone.shows('Passphrase');
    gone.type('\x03');
    expect(await gone.exited).toBe(130);
    expect(existsSync(file)).toBe(false);
    const differing = backup();
    await differing.shows('Passphrase');
    differing.enter(passphrase);
    await differing.shows('once more');
    differing.enter(`${passphrase}s`);
    expect(await differing.exited).toBe(2);
    expect(differing.text).toContain('The two are not the same');
    expect(existsSync(file)).toBe(false);
    const right = backup();
    await right.shows('Passphrase');
    right.enter(`${passphrase}xx\x7f\x7f`);
    await right.shows('once more');
    right.enter(passphrase);
    expect(await right.exited).toBe(0);
    expect(right.output).not.toContain('horse');
    expect(await unseal(readFileSync(file, 'utf8'), passphrase)).toHaveLength(2);
  }, 60_000);

  test('want a passphrase that is worth the name', async () => {
    await using home = new Home();
    await known(home);
    const file = join(home.dir, 'keys.backup');
    for (const words of ['', 'short']) {
      expect(await home.run(['backup', '--keys', file], `${words}\n`)).toMatchObject({ code: 2 });
      expect(existsSync(file)).toBe(false);
    }
  });
});

describe('a file of keys', () => {
  const device = makeDeviceKey();
  const keys = [{ server: 'a'.repeat(43), nick: 'ada', device }];

  test.each<[string, (text: string) => string, string]>([
    ['nothing', () => '', 'no file of keys'],
    ['another file', () => '{"a":1}', 'no file of keys'],
    ['a later version', (text) => text.replace('"chat-tui-keys":1', '"chat-tui-keys":2'), 'newer chat-tui'],
    ['one that asks for all memory', (text) => text.replace('"N":131072', '"N":1073741824'), 'more memory'],
    ['one whose cost is no power of two', (text) => text.replace('"N":131072', '"N":131071'), 'more memory'],
    ['one with another salt', (text) => text.replace(/"salt":"../, '"salt":"zz'), 'damaged'],
    ['one that was cut', (text) => text.replace(/...."}\n$/, '"}'), 'damaged'],
  ])('%s is refused with a sentence', async (_, change, sentence) => {
    const text = change(await seal(keys, passphrase));
    await expect(unseal(text, passphrase)).rejects.toThrow(sentence);
  });

  test('opens with the passphrase as another system composes it', async () => {
    expect(await unseal(await seal(keys, 'u\u0308ber alles Maß'), '\u00fcber alles Maß')).toEqual(keys);
  });

  test('names no folder above its own', async () => {
    const text = await seal([{ server: '..', nick: 'ada', device }], passphrase);
    await expect(unseal(text, passphrase)).rejects.toThrow('damaged');
  });
});

describe('a member who lost every key', () => {
  test('is let in by a code that is made on the server’s machine, and speaks as before', async () => {
    await using host = new Home();
    await using old = new Home();
    await using fresh = new Home();
    const { link } = await host.serve();
    await old.run(['send', '--nick', 'bob', '--server', link, 'from the old machine']);
    const made = await host.run(['invite', '--member', 'bob']);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('chat-tui LINK --code') });
    const code = made.stdout.trim();
    expect(code).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
    const chat = fresh.chat([link, '--code', code], { columns: 100, rows: 24 });
    await chat.shows('from the old machine');
    chat.enter('and from the new one');
    await chat.shows('✓│ and from the new one');
    chat.enter('/quit');
    await chat.exited;
    const { stdout } = await host.run(['history', '--json', '--server', link]);
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly member: number; readonly text?: string });
    expect(new Set(said.filter(({ text }) => text !== undefined).map(({ member }) => member)).size).toBe(1);
    expect(await fresh.run(['send', '--server', link, 'again'])).toMatchObject({ code: 0 });
  }, 60_000);

  test('is not made a code for on a machine without a server, nor when nobody is called so', async () => {
    await using host = new Home();
    expect(await host.run(['invite', '--member', 'bob'])).toMatchObject({ code: 3 });
    await host.serve();
    const { code, stderr } = await host.run(['invite', '--member', 'nobody']);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('Nobody is called nobody') });
  });
});
