// The built program as a server on a data folder of its own choosing, below a layer or not. Its not starting is an error
// that says what it wrote.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Home } from '../../helpers/program.ts';

export type ServerOn = {
  readonly port: number;
  readonly link: string;
  /** What it wrote to stderr so far: its log. */
  readonly log: () => string;
  /** Resolves with its end. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
};

export type ServerOnOptions = {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export const plainArgs = ['--plain-tcp', '--open', '--no-limits'] as const;

export async function serverOn(home: Home, data: string, options: ServerOnOptions = {}): Promise<ServerOn> {
  const { args = plainArgs, env = {} } = options;
  const child = home.start(['serve', '--json', '--listen', '127.0.0.1:0', '--data', data, ...args], env);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = once(child, 'close');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => undefined)]);
  if (line === undefined) throw new Error(`The server did not start on what the cut left: ${log}`);
  const { port, link } = JSON.parse(line[0] as string) as { port: number; link: string };
  return { port, link, log: () => log, end: (signal) => ending(child, ended, signal) };
}

async function ending(child: ChildProcess, ended: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await ended;
}
