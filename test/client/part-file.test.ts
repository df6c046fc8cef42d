import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import { cannotWrite } from '../../src/client/cannot-write.ts';
import { copyTo, freeNames, PartFile } from '../../src/client/part-file.ts';
import type { FileNote, Sha256 } from '../../src/protocol/packet.ts';
import { testFolder } from '../helpers/test-server.ts';
import { fileNames } from '../text/corpus.ts';

function noteOf(bytes: Buffer, name = 'plan.bin'): FileNote {
  return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') as Sha256 };
}

async function receive(folder: string, name: string, bytes: Buffer): Promise<string> {
  const part = await PartFile.open(folder, noteOf(bytes, name));
  await part.write(bytes, 0);
  return part.settle(freeNames(folder, name));
}

describe('the last step of a download', () => {
  test('without hard links it is a copy to a name made exclusively, private as the part was', async () => {
    const folder = await testFolder();
    const part = join(folder, 'part');
    writeFileSync(part, 'bytes');
    expect(await copyTo(part, join(folder, 'a'))).toBe(true);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('bytes');
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  test('a copy goes over nothing that exists, also not through a dangling link', async () => {
    const folder = await testFolder();
    const part = join(folder, 'part');
    writeFileSync(part, 'bytes');
    writeFileSync(join(folder, 'a'), 'mine');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'b'));
    expect(await copyTo(part, join(folder, 'a'))).toBe(false);
    expect(await copyTo(part, join(folder, 'b'))).toBe(false);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'part']);
  });

  test('a copy that fails leaves no name behind', async () => {
    const folder = await testFolder();
    await expect(copyTo(join(folder, 'missing'), join(folder, 'a'))).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a full disk is told in words of its own, with the folder and what to do', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { message, cause } = cannotWrite('/home/ada/Downloads/.chat-tui-part/x.part', full);
    expect(message).toBe(
      'The disk is full: no room for the file in /home/ada/Downloads. Free some space and fetch it again.',
    );
    expect(cause).toBe(full);
  });

  test('names to try stay below the folder whatever the sender called it', () => {
    for (const raw of ['../../etc/passwd', '/etc/passwd', '..', 'a/b', 'CON', '']) {
      for (const name of freeNames('/downloads', raw).take(3)) {
        expect(name).toMatch(/^\/downloads\/[^/]+$/);
      }
    }
  });
});

describe('a received file', () => {
  test('of every name of the corpus stays in its folder, private, and goes over nothing', async () => {
    const outside = await testFolder();
    const folder = join(outside, 'downloads');
    mkdirSync(folder);
    const paths = new Map<string, string>();
    for (const { name, text } of fileNames) {
      // Twice, so that each name is also met when it is taken.
      for (const bytes of [name, `${name} again`]) {
        const path = await receive(folder, text, Buffer.from(bytes));
        expect(paths.has(path)).toBe(false);
        paths.set(path, bytes);
      }
    }
    expect(paths.size).toBe(2 * fileNames.length);
    expect(readdirSync(outside)).toEqual(['downloads']);
    expect(readdirSync(folder).length).toBe(paths.size);
    for (const [path, bytes] of paths) {
      expect(dirname(path)).toBe(folder);
      expect(readFileSync(path, 'utf8')).toBe(bytes);
      const facts = lstatSync(path);
      expect([facts.isFile(), facts.mode & 0o777]).toEqual([true, 0o600]);
    }
  }, 60_000);

  test('lands where the download folder leads when that is a link of the user', async () => {
    const [real, other] = [await testFolder(), await testFolder()];
    symlinkSync(real, join(other, 'downloads'));
    const path = await receive(join(other, 'downloads'), 'plan.bin', Buffer.from('bytes'));
    expect(path).toBe(join(other, 'downloads', 'plan.bin'));
    expect(readdirSync(real)).toEqual(['plan.bin']);
  });

  test('has no place in a folder that is a file, and says so', async () => {
    const folder = await testFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(PartFile.open(join(folder, 'file'), noteOf(Buffer.from('x')))).rejects.toThrow(
      'Cannot write in',
    );
  });
});

describe('parts that nobody came back for', () => {
  test('go when the next download starts; young ones, those of others and of who still runs stay', async () => {
    const folder = await testFolder();
    const parts = join(folder, '.chat-tui-part');
    mkdirSync(parts, { mode: 0o700 });
    const digest = 'ab'.repeat(32);
    const old = Date.now() / 1_000 - clientBounds.partsKeptMs / 1_000 - 60;
    // No process has a number beyond the most that Linux gives.
    const place = (name: string, at: number) => {
      writeFileSync(join(parts, name), '');
      utimesSync(join(parts, name), at, at);
      return name;
    };
    place(`${digest}-9999999-aa.part`, old);
    const young = place(`${digest}-9999999-bb.part`, old + 120);
    const running = place(`${digest}-${process.ppid}-cc.part`, old);
    const foreign = place('notes.txt', old);
    const part = await PartFile.open(folder, noteOf(Buffer.from('x')));
    await part.discard();
    expect(readdirSync(parts).sort()).toEqual([young, running, foreign].sort());
  });
});
