// Starts the desktop's program for a file or a link: without a shell, so that no name of a file is ever a command, and
// detached, so that it outlives the chat. Used by /open through the context.
import { spawn } from 'node:child_process';
import { CommandRefused } from './command.ts';

type Opener = { readonly program: string; readonly args: readonly string[] };

/**
 * `xdg-open` and `open` take what begins with `-` for an option, so paths are absolute and links begin with their
 * scheme; `open` also knows `--`. On Windows `start` needs a shell, so the file manager is asked.
 */
export function openerFor(platform: NodeJS.Platform, target: string): Opener {
  if (!/^(\/|[A-Za-z]:[\\/]|\\\\|https?:\/\/)/.test(target)) {
    throw new CommandRefused(`${target} is neither an absolute path nor a web link.`);
  }
  if (platform === 'darwin') return { program: 'open', args: ['--', target] };
  if (platform === 'win32') return { program: 'explorer.exe', args: [target] };
  return { program: 'xdg-open', args: [target] };
}

/** Resolves when the program was started; rejects with a sentence where there is none. */
export function launch(target: string, opener: Opener = openerFor(process.platform, target)): Promise<void> {
  const child = spawn(opener.program, opener.args, { detached: true, stdio: 'ignore', shell: false });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
    child.once('error', (cause) => {
      const next = `The file is at ${target}.`;
      reject(new CommandRefused(`Cannot start ${opener.program}: ${cause.message}. ${next}`, { cause }));
    });
  });
}
