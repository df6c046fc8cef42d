import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { pathsFor } from '../../src/cli/paths.ts';

const home = mkdtempSync(join(tmpdir(), 'chat-tui-paths-'));
afterEach(() => rmSync(home, { recursive: true, force: true }));
const on = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) =>
  pathsFor({ dir: undefined, env, platform, home });

describe('folders', () => {
  test('everything is below --dir when it is given, whatever the environment says', () => {
    const env = { XDG_DATA_HOME: '/elsewhere', XDG_DOWNLOAD_DIR: '/elsewhere' };
    expect(pathsFor({ dir: '/d', env, home })).toEqual({
      data: '/d/data',
      state: '/d/state',
      downloads: '/d/downloads',
    });
  });

  test('the defaults are those of the XDG base directory specification', () => {
    expect(on('linux')).toEqual({
      data: join(home, '.local/share/chat-tui'),
      state: join(home, '.local/state/chat-tui'),
      downloads: join(home, 'Downloads'),
    });
  });

  test('XDG variables are respected, and relative ones ignored', () => {
    const paths = on('linux', { XDG_DATA_HOME: '/data', XDG_STATE_HOME: 'relative' });
    expect(paths.data).toBe('/data/chat-tui');
    expect(paths.state).toBe(join(home, '.local/state/chat-tui'));
  });

  test('the download folder is the one of user-dirs.dirs', () => {
    mkdirSync(join(home, '.config'), { recursive: true });
    writeFileSync(join(home, '.config/user-dirs.dirs'), '# mine\nXDG_DOWNLOAD_DIR="$HOME/Geladenes"\n');
    expect(on('linux').downloads).toBe(join(home, 'Geladenes'));
  });

  test('macOS and Windows have their own places', () => {
    expect(on('darwin').data).toBe(join(home, 'Library/Application Support/chat-tui/data'));
    expect(on('win32', { LOCALAPPDATA: '/L' })).toMatchObject({
      data: join('/L', 'chat-tui', 'data'),
    });
  });
});
