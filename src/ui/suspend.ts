// Ctrl-z and `kill -TSTP`: gives the terminal to the shell, stops, and takes the terminal back whole. Called by run.tsx.
import type { InkApp } from './app.tsx';
import type { Terminal } from './terminal.ts';

/** The handler of SIGTSTP is ours while the chat runs; a stop that shall happen needs the default action. */
const stopGroup = async (): Promise<void> => {
  const handlers = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP');
  const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
  // The whole group, so that the shell sees its job stop also when npx stands between.
  process.kill(0, 'SIGTSTP');
  await continued;
  for (const handler of handlers) process.on('SIGTSTP', handler);
};

export const suspendProcess = async (app: InkApp | undefined, terminal: Terminal): Promise<void> => {
  // Windows has no such signal, and its shells no jobs.
  if (!app || process.platform === 'win32') return;
  await app.suspendTerminal(async () => {
    terminal.restore('left-by-ink');
    await stopGroup();
    terminal.enter();
  });
};
