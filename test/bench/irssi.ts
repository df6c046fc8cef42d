// irssi where it is installed (Debian's package), in a pseudo-terminal of the same size, fed by just enough of an IRC
// server (RFC 2812) to have it in a channel: the mark of the field for what a flood costs.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../helpers/program.ts';
import { screen } from './chat-room.ts';
import { cpuSeconds } from './measure.ts';
import { RawTerminal } from './raw-terminal.ts';
import { lastTextOf, textOf } from './texts.ts';

export type IrcFlood = { readonly posts: number; readonly perSecond: number; readonly word: string };

const nicks = ['bob', 'carl', 'dora', 'emil'];

const welcome = [':bench 001 ada :Welcome', ':bench 376 ada :End of /MOTD command.'];
const joined = [
  ':ada!ada@bench JOIN #general',
  `:bench 353 ada = #general :ada ${nicks.join(' ')}`,
  ':bench 366 ada #general :End of /NAMES list.',
];

function answerTo(line: string): readonly string[] {
  if (line.startsWith('CAP LS')) return [':bench CAP * LS :'];
  if (line.startsWith('USER ')) return welcome;
  if (line.startsWith('JOIN ')) return joined;
  return line.startsWith('PING ') ? [`:bench PONG bench ${line.slice(5).trim()}`] : [];
}

function serve(socket: Socket): void {
  let text = '';
  socket.setNoDelay(true).on('data', (chunk) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const answer of lines.flatMap(answerTo)) socket.write(`${answer}\r\n`);
  });
  socket.on('error', () => socket.destroy());
}

async function send(socket: Socket, { posts, perSecond, word }: IrcFlood): Promise<void> {
  const begun = performance.now();
  for (let sent = 0; sent < posts; await delay(1)) {
    const due = Math.min(posts, ((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const nick = nicks[sent % nicks.length];
      socket.write(`:${nick}!${nick}@bench PRIVMSG #general :${textOf(word, sent)}\r\n`);
    }
  }
  socket.write(`:bob!bob@bench PRIVMSG #general :${lastTextOf(word)}\r\n`);
}

/** CPU seconds of irssi over the flood; `undefined` where it is not installed. */
export async function irssiInFlood(home: Home, flood: IrcFlood): Promise<number | undefined> {
  if (spawnSync('irssi', ['--version']).status !== 0) return undefined;
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const args = [`--home=${join(home.dir, 'irssi')}`, '-c', '127.0.0.1', '-p', String(port), '-n', 'ada'];
  await using irssi = new RawTerminal({ file: 'irssi', args, cwd: home.dir, ...screen });
  const [socket] = await connected;
  await irssi.sees('End of /MOTD');
  irssi.type('/join #general\r');
  await irssi.sees('emil');
  const before = cpuSeconds(irssi.pid);
  await send(socket, flood);
  await irssi.sees(lastTextOf(flood.word));
  const cpu = cpuSeconds(irssi.pid) - before;
  socket.destroy();
  server.close();
  return cpu;
}
