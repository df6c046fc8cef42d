import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cannotWrite, copyTo, freeNames } from '../../src/client/part-file.ts';
import { testFolder } from '../helpers/test-server.ts';

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
