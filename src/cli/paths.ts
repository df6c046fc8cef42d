// Where things are kept: the XDG folders (or the system's own), or everything below --dir. Pure but for
// `downloadFolder`, which reads the user's list of folders; nothing is made here.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export type Paths = {
  readonly config: string;
  /** The client's keys and what it remembers; also what a server of this user keeps, unless `--data` says otherwise. */
  readonly data: string;
  readonly state: string;
  readonly cache: string;
  readonly downloads: string;
};

export type PathsFrom = {
  readonly dir: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
};

export function pathsFor({ dir, env, platform = process.platform, home = homedir() }: PathsFrom): Paths {
  if (dir !== undefined) {
    const root = resolve(dir);
    return {
      config: join(root, 'config'),
      data: join(root, 'data'),
      state: join(root, 'state'),
      cache: join(root, 'cache'),
      downloads: join(root, 'downloads'),
    };
  }
  const places = (byPlatform[platform] ?? xdg)(env, home);
  return { ...places, downloads: downloadFolder(env, home) };
}

type Places = {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
};

const byPlatform: {
  readonly [platform in NodeJS.Platform]?: (env: NodeJS.ProcessEnv, home: string) => Places;
} = {
  darwin: (env, home) => {
    const support = join(home, 'Library', 'Application Support', 'chat-tui');
    return {
      config: chosen(env.XDG_CONFIG_HOME) ?? join(support, 'config'),
      data: chosen(env.XDG_DATA_HOME) ?? join(support, 'data'),
      state: chosen(env.XDG_STATE_HOME) ?? join(support, 'state'),
      cache: chosen(env.XDG_CACHE_HOME) ?? join(home, 'Library', 'Caches', 'chat-tui'),
    };
  },
  win32: (env, home) => {
    const roaming = join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'chat-tui');
    const local = join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'chat-tui');
    return {
      config: join(roaming, 'config'),
      data: join(local, 'data'),
      state: join(local, 'state'),
      cache: join(local, 'cache'),
    };
  },
};

function xdg(env: NodeJS.ProcessEnv, home: string): Places {
  return {
    config: chosen(env.XDG_CONFIG_HOME) ?? join(home, '.config', 'chat-tui'),
    data: chosen(env.XDG_DATA_HOME) ?? join(home, '.local', 'share', 'chat-tui'),
    state: chosen(env.XDG_STATE_HOME) ?? join(home, '.local', 'state', 'chat-tui'),
    cache: chosen(env.XDG_CACHE_HOME) ?? join(home, '.cache', 'chat-tui'),
  };
}

/** A relative path in an XDG variable is to be ignored (XDG base directory specification). */
function chosen(folder: string | undefined): string | undefined {
  return folder !== undefined && isAbsolute(folder) ? join(folder, 'chat-tui') : undefined;
}

function downloadFolder(env: NodeJS.ProcessEnv, home: string): string {
  const named = env.XDG_DOWNLOAD_DIR ?? fromUserDirs(env, home);
  const folder = named?.replace(/^\$HOME(?=\/|$)/, () => home);
  return folder !== undefined && isAbsolute(folder) ? folder : join(home, 'Downloads');
}

/** The line of `user-dirs.dirs` (xdg-user-dirs), as `XDG_DOWNLOAD_DIR="$HOME/Downloads"`. */
function fromUserDirs(env: NodeJS.ProcessEnv, home: string): string | undefined {
  const config = env.XDG_CONFIG_HOME;
  const folder = config !== undefined && isAbsolute(config) ? config : join(home, '.config');
  try {
    const text = readFileSync(join(folder, 'user-dirs.dirs'), 'utf8');
    return /^XDG_DOWNLOAD_DIR="([^"\n]+)"/m.exec(text)?.[1];
  } catch {
    // Most machines have no such file; ~/Downloads is what it would say.
    return undefined;
  }
}
