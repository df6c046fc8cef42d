// Where things are kept: the XDG folders (or the system's own), or everything below --dir. Pure but for
// `downloadFolder`, which reads the user's list of folders; nothing is made here. (The cache of compiled code is
// bin/chat-tui.js's own.)
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export type Paths = {
  /** The client's keys and what it remembers; also what a server of this user keeps, unless `--data` says otherwise. */
  readonly data: string;
  readonly state: string;
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
      data: join(root, 'data'),
      state: join(root, 'state'),
      downloads: join(root, 'downloads'),
    };
  }
  const places = (byPlatform[platform] ?? xdg)(env, home);
  return { ...places, downloads: downloadFolder(env, home) };
}

type Places = Omit<Paths, 'downloads'>;

const byPlatform: {
  readonly [platform in NodeJS.Platform]?: (env: NodeJS.ProcessEnv, home: string) => Places;
} = {
  darwin: (env, home) => {
    const support = join(home, 'Library', 'Application Support', 'chat-tui');
    return {
      data: chosen(env.XDG_DATA_HOME) ?? join(support, 'data'),
      state: chosen(env.XDG_STATE_HOME) ?? join(support, 'state'),
    };
  },
  win32: (env, home) => {
    const local = join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'chat-tui');
    return {
      data: join(local, 'data'),
      state: join(local, 'state'),
    };
  },
};

function xdg(env: NodeJS.ProcessEnv, home: string): Places {
  return {
    data: chosen(env.XDG_DATA_HOME) ?? join(home, '.local', 'share', 'chat-tui'),
    state: chosen(env.XDG_STATE_HOME) ?? join(home, '.local', 'state', 'chat-tui'),
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
