#!/usr/bin/env node
// The door: checks the Node version in syntax that old versions parse, then hands over to the built program.
// People call it (npx, the installed command), and the program itself to start the local server.
import { existsSync, mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

const oldestMajor = 24;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

// Compiled code is kept among this user's own caches, and below --dir where that is given: Node's default is a
// folder in /tmp that another user could have made and filled first. It halves the start.
function keepCompiledCode() {
  const folder = cacheFolder();
  try {
    makeFolder(folder);
    nodeModule.enableCompileCache(folder);
  } catch {
    // Without it nothing is lost but some milliseconds; what else cannot be written is said by who needs it.
  }
}

// By single steps: below a folder that takes none (/proc), Node's own `recursive` never ends.
function makeFolder(folder) {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function cacheFolder() {
  const dir = givenDir(process.argv.slice(2)) || process.env.CHAT_TUI_DIR;
  return dir ? join(resolve(dir), 'cache', 'compiled') : join(userCaches(), 'chat-tui', 'compiled');
}

function givenDir(words) {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const at = options.lastIndexOf('--dir');
  if (at >= 0) return options[at + 1];
  const joined = options.find((word) => word.startsWith('--dir='));
  return joined ? joined.slice('--dir='.length) : undefined;
}

function userCaches() {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (xdg && isAbsolute(xdg)) return xdg;
  if (process.platform === 'win32' && local) return local;
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

// The chat on a screen is in a file of its own, which starts sooner. Whoever says one of these words gets the whole
// program, which is the same; so it does no harm when a nick or a room is called so.
const others = [
  'serve',
  'serve-local',
  'who',
  'send',
  'put',
  'get',
  'history',
  'search',
  'export',
  'invite',
  'backup',
  'restore',
  'trust',
];
const asides = ['help', '--help', '-h', '--version', '--plain'];

function isScreen(words) {
  const { isatty } = process.getBuiltinModule('node:tty');
  return !words.some((word) => [...others, ...asides].includes(word)) && isatty(0) && isatty(1);
}

function start() {
  keepCompiledCode();
  return import(isScreen(process.argv.slice(2)) ? '../dist/chat.js' : '../dist/main.js').then(
    (program) =>
      program.main(process.argv.slice(2)).then((code) => {
        process.exitCode = code;
      }),
    (error) => {
      fail(
        process.env.CHAT_TUI_DEBUG === '1'
          ? error.stack
          : `chat-tui: the program itself could not be loaded (${error.message}). Install it again, or run npm run build in a clone.`,
      );
    },
  );
}

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  start();
} else {
  fail(
    `chat-tui needs Node.js ${oldestMajor} or newer and found ${process.versions.node}; this works anyway: npx -p node@24 -p chat-tui chat-tui`,
  );
}
