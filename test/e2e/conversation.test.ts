// Two people in pseudo-terminals with the built program: what one does to a message, the other sees.
import { expect, test } from 'vitest';
import { Home } from '../helpers/program.ts';

const up = '\x1b[1;3A';

test('replies, edits, reactions and deletions are seen on both sides', async () => {
  await using home = new Home();
  const ada = home.chat(['--nick', 'ada'], { columns: 120, rows: 40 });
  await ada.shows('● ada');
  const bob = home.chat(['--nick', 'bob'], { columns: 80, rows: 24 });
  await ada.shows('● bob');

  ada.enter('shall we go to teh sea?');
  await bob.shows(/ada │ shall we go to teh sea\?/);
  bob.type(`${up}r`);
  await bob.shows('reply to ada: shall we go to teh sea?');
  bob.enter('yes :tada:');
  await ada.shows(/bob │ ╭ ada: shall we go to teh sea\?/);
  await ada.shows('│ yes 🎉');

  ada.enter('/edit shall we go to the sea?');
  await bob.shows(/shall we go to the sea\? \(edited\)/);
  await bob.shows(/╭ ada: shall we go to the sea\?/);

  ada.type(`${up}+`);
  await ada.shows(':+1:');
  ada.type('heart');
  await ada.shows('› ❤️  :heart:');
  ada.type('\r');
  await ada.shows('[❤️ 1]');
  await bob.shows(/│ ❤️ 1/);

  ada.enter('/delete');
  await bob.shows(/ada │ \(deleted\)/);
  await ada.shows(/ada✓│ \(deleted\)/);
  expect(bob.text).not.toContain('the sea');
  expect(ada.text).not.toContain('the sea');

  // Who comes now is sent the same.
  bob.enter('/quit');
  await bob.exited;
  const again = home.chat(['--nick', 'bob'], { columns: 80, rows: 24 });
  await again.shows(/│ yes 🎉/);
  await again.shows(/ada │ \(deleted\)/);
  await again.shows('❤️ 1');
  expect(again.text).not.toContain('the sea');
});
