import { expect, test } from 'vitest';
import { Notes } from '../../src/cli/notes.ts';

test('a note is said at once, and after the screen is given back where the chat has it', () => {
  const said: string[] = [];
  const notes = new Notes((text) => void said.push(text));
  notes.say('before');
  notes.hold();
  notes.say('one');
  notes.say('two');
  expect(said).toEqual(['before\n']);
  notes.release();
  notes.say('after');
  expect(said).toEqual(['before\n', 'one\n', 'two\n', 'after\n']);
});
