// One member with two devices, in pseudo-terminals with the built program: /link on one makes the other the same member,
// what is read on one is read on the other, and a device that is revoked is nobody's.
import { expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const size = { columns: 100, rows: 30 };
const isOnline = (terminal: Terminal) => (terminal.lines[0] ?? '').includes(' online ●');
const blur = '\x1b[O';

test('a linked device is the same member, and what is read on one is read on the other', async () => {
  await using host = new Home();
  await using home = new Home();
  await using other = new Home();
  const served = await host.serve(['--no-limits', '--open']);
  const laptop = home.chat([served.link, '--nick', 'ada'], { ...size, columns: 150 });
  await laptop.shows(isOnline);
  laptop.enter('/join work');
  await laptop.shows('[#work]');
  laptop.enter('/link');
  const code = /[A-Z0-9]{5}-[A-Z0-9]{5}/;
  await laptop.shows(code);
  const phone = other.chat([served.link, '--code', code.exec(laptop.text)?.[0] ?? ''], size);
  await phone.shows(isOnline);
  await phone.shows('2#work');
  await phone.shows('● ada');
  phone.enter('from my phone');
  await phone.shows('ada✓│ from my phone');

  // A code is told to no server that might be another, and is good for one device.
  await using stranger = new Home();
  const unsure = ['--code', 'K7QMP-3XWTA', '-s', `127.0.0.1:${served.port}`];
  expect(await stranger.run([...unsure, '--plain'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('whole link'),
  });
  await using third = new Home();
  const again = third.chat([served.link, '--code', code.exec(laptop.text)?.[0] ?? ''], size);
  expect(await again.exited).toBe(5);

  // Read on the laptop, unread on the phone until then.
  phone.type('\x1b2');
  await phone.shows('[#work]');
  laptop.type('\x1b2');
  await laptop.shows('[#work]');
  await host.run(['send', 'one for @ada', '-s', served.link, '--nick', 'carl']);
  await host.run(['send', 'two', '-s', served.link, '--nick', 'carl']);
  await Promise.all([laptop, phone].map((one) => one.shows(/1#gene\S* +2 1!/)));
  laptop.type('\x1b1');
  await laptop.shows('one for @ada');
  await phone.shows((terminal) => /1#general +│/.test(terminal.text));

  // Seen without a focus it is not read, and on a start the other device finds it so.
  laptop.type('\x1b2');
  await laptop.shows('[#work]');
  phone.enter('/quit');
  await phone.exited;
  laptop.type(blur);
  await host.run(['send', 'three', '-s', served.link, '--nick', 'carl']);
  await laptop.shows(/1#general +1/);
  const back = other.chat([served.link, '-r', 'work'], size);
  await back.shows(/1#general +1/);
  back.type('\x1b1');
  await back.shows('three');
  await laptop.shows((terminal) => /1#general +│/.test(terminal.text));

  laptop.enter('/devices');
  await laptop.shows(/this one/);
  const phoneDevice = /^.*│ (\d+) +key .*$/gm;
  const rows = [...laptop.text.matchAll(phoneDevice)];
  expect(rows).toHaveLength(2);
  const theOther = rows.find(([row]) => !row.includes('this one'))?.[1];
  laptop.enter(`/devices revoke ${theOther}`);
  await laptop.shows('is revoked');
  expect(await back.exited).not.toBe(0);
}, 90_000);
