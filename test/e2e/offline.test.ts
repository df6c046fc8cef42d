// The chat without its server, in pseudo-terminals with the built program: it opens on its last screen, scrolls and
// searches over what it kept; what is typed meanwhile is on disk, outlives a SIGKILL, and is sent once and in order.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Home, type Served } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const size = { columns: 100, rows: 30 };
const isOnline = (terminal: Terminal) => (terminal.lines[0] ?? '').includes(' online ●');
const isOffline = (terminal: Terminal) => (terminal.lines[0] ?? '').includes('○ offline');

async function end({ child }: Served): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** On the port that it had. */
const serveAgain = (host: Home, { port }: Served) =>
  host.serve(['--no-limits', '--open', '--listen', `127.0.0.1:${port}`]);

type Line = { readonly text?: string; readonly from: string };

async function textsIn(home: Home, link: string): Promise<string[]> {
  const { stdout } = await home.run(['history', '--json', '--limit', '1000', '-s', link]);
  const lines = stdout.trim().split('\n');
  return lines.flatMap((line) => (JSON.parse(line) as Line).text ?? []);
}

test('what was typed without a server outlives a SIGKILL of the chat and is sent once, in order', async () => {
  await using host = new Home();
  await using home = new Home();
  const served = await host.serve(['--no-limits', '--open']);
  const ada = home.chat([served.link, '--nick', 'ada'], size);
  await ada.shows(isOnline);
  ada.enter('typed online');
  await ada.shows('✓│ typed online');
  await end(served);
  await ada.shows(isOffline);
  ada.enter('offline 1');
  ada.enter('offline 2');
  ada.enter('/me waits 3');
  await ada.shows('waits 3');
  ada.kill('SIGKILL');
  await ada.exited;

  // Not there yet, killed once more with more in it.
  const second = home.chat([served.link, '--nick', 'ada'], size);
  await second.shows('typed online');
  await second.shows('waits 3');
  second.enter('offline 4');
  await second.shows('│ offline 4');
  second.kill('SIGKILL');
  await second.exited;

  const back = await serveAgain(host, served);
  const third = home.chat([served.link, '--nick', 'ada'], size);
  await third.shows('✓│ offline 4');
  third.enter('typed at last');
  await third.shows('✓│ typed at last');
  const said = ['typed online', 'offline 1', 'offline 2', 'waits 3', 'offline 4', 'typed at last'];
  expect(await textsIn(host, back.link)).toEqual(said);
  third.enter('/quit');
  await third.exited;

  // And nothing is left to be sent again.
  const fourth = home.chat([served.link, '--nick', 'ada'], size);
  await fourth.shows(isOnline);
  fourth.enter('the end');
  await fourth.shows('✓│ the end');
  expect(await textsIn(host, back.link)).toEqual([...said, 'the end']);
}, 90_000);

test('started without a server it shows its last screen, scrolls and searches, and follows when the server is back', async () => {
  await using host = new Home();
  await using home = new Home();
  const served = await host.serve(['--no-limits', '--open']);
  const lines = Array.from({ length: 80 }, (_, n) => `line ${n} of the ${n === 7 ? 'needle' : 'hay'}`);
  const carl = host.chat([served.link, '--nick', 'carl', '--plain']);
  await carl.shows('joined');
  for (const line of [...lines, 'one more', 'and the last']) carl.enter(line);
  await carl.shows('and the last');
  const ada = home.chat([served.link, '--nick', 'ada'], size);
  await ada.shows('and the last');
  ada.enter('seen by me');
  await ada.shows('✓│ seen by me');
  ada.enter('/quit');
  await ada.exited;
  await end(served);

  const offline = home.chat([served.link, '--nick', 'ada'], size);
  await offline.shows('seen by me');
  await offline.shows(isOffline);
  expect(offline.text).toContain('and the last');
  offline.type('\x1b[1;5H');
  await offline.shows('line 0 of the hay');
  offline.type('\x1b[1;5F');
  await offline.shows('seen by me');

  offline.enter('/search needle');
  await offline.shows('line 7 of the needle');
  offline.type('\r');
  await offline.shows(/line 6 of the hay.*line 7 of the needle.*line 8 of the hay/s);
  offline.type('\x1b[1;5F');
  await offline.shows('seen by me');
  offline.enter('said without a server');
  await offline.shows('│ said without a server');

  await serveAgain(host, served);
  await offline.shows(isOnline);
  await offline.shows('✓│ said without a server');
  carl.enter('welcome back');
  await offline.shows('welcome back');
  expect(offline.text.match(/said without a server/g)).toHaveLength(1);
}, 90_000);
