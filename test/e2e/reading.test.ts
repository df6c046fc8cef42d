// What is new, and finding what is old, in pseudo-terminals with the built program: the unread marker and the counts of a
// room, a search as one types, and Enter that jumps to the message among its neighbours.
import { expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';
import type { Terminal } from '../helpers/terminal.ts';

const size = { columns: 120, rows: 40 };
const isOnline = (terminal: Terminal) => (terminal.lines[0] ?? '').includes(' online ●');

test('unread messages and mentions are counted apart, and a line stands before the first', async () => {
  await using home = new Home();
  const ada = home.chat(['--nick', 'ada'], size);
  await ada.shows(isOnline);
  ada.enter('I have read up to here');
  await ada.shows('✓│ I have read');
  ada.enter('/join aside');
  await ada.shows('[#aside]');
  for (const text of ['first', 'ada: second', 'third for @ada', 'fourth']) {
    await home.run(['send', text, '--nick', 'bob']);
  }
  await ada.shows(/1#gene\S* +4 2!/);
  ada.type('\x1b1');
  await ada.shows(/I have read up to here.*4 new.*first.*fourth/s);
  await ada.shows((terminal) => /1#general +│/.test(terminal.text));
  expect(ada.text.indexOf('4 new')).toBeLessThan(ada.text.indexOf('│ first'));

  // Without a look at it, it stays new: after a restart too, where the server counts.
  ada.type('\x1b2');
  await ada.shows('[#aside]');
  await home.run(['send', 'for @ada alone', '--nick', 'bob']);
  await ada.shows(/1#gene\S* +1 1!/);
  ada.enter('/quit');
  await ada.exited;
  await home.run(['send', 'while she was away', '--nick', 'bob']);
  const again = home.chat(['--nick', 'ada', '-r', 'aside'], size);
  await again.shows(/1#gene\S* +2 1!/);
  again.type('\x1bp');
  await again.shows('for @ada alone');
  again.type('\x1b');
  await again.shows('[#aside]');
  again.type('\x1b1');
  await again.shows(/fourth.*2 new.*for @ada alone/s);
}, 60_000);

test('a search finds as one types, and Enter goes to the message in its context', async () => {
  await using home = new Home();
  const lines = Array.from({ length: 300 }, (_, n) => `line ${n} ${n === 40 ? 'with the needle' : 'of hay'}`);
  await home.serve(['--no-limits']);
  const carla = home.chat(['--nick', 'carla', '--plain']);
  await carla.shows('joined');
  for (const line of lines) carla.enter(line);
  await carla.shows('line 299', 60_000);
  const ada = home.chat(['--nick', 'ada'], size);
  await ada.shows('line 299 of hay');
  expect(ada.text).not.toContain('needle');
  ada.enter('/search');
  await ada.shows('Type words, and what narrows them');
  ada.type('nee');
  await ada.shows('line 40 with the needle');
  ada.type('zz');
  await ada.shows((terminal) => !terminal.text.includes('line 40 with'));
  ada.type('\x7f\x7f');
  await ada.shows('line 40 with the needle');
  ada.type(' from:nobody');
  await ada.shows(/nobody/i);
  await ada.shows((terminal) => !terminal.text.includes('line 40 with'));
  ada.type('\x7f'.repeat(' from:nobody'.length));
  await ada.shows('line 40 with the needle');
  ada.type('\r');
  await ada.shows(/line 39 of hay.*line 40 with the needle.*line 41 of hay/s);
  expect(ada.text).not.toContain('line 299');
  // Up and down from there, and back to the end.
  ada.type('\x1b[5~');
  await ada.shows('line 20 of hay');
  ada.type('\x1b[1;5F');
  await ada.shows('line 299 of hay');
}, 90_000);
