// The door on an older Node: one sentence, and nothing of the program is loaded. The version is all that is pretended.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { program } from '../helpers/program.ts';

function startedOn(version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'chat-tui-node-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const hook = join(folder, 'version.mjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(hook, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return spawnSync(process.execPath, [`--import=${hook}`, program, '--version'], { encoding: 'utf8' });
}

test.each(['18.20.4', '20.20.2', '23.11.0'])(
  'Node %s gets one sentence with the line that works',
  (version) => {
    const { status, stdout, stderr } = startedOn(version);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([
      `chat-tui needs Node.js 24 or newer and found ${version}; this works anyway: npx -p node@24 -p chat-tui chat-tui`,
    ]);
  },
);

test('Node 24 gets the program', () => {
  expect(startedOn('24.0.0')).toMatchObject({ status: 0, stderr: '' });
});
