// Which file is meant by a number, a name, or a part of one, and what is said where it is not clear.
import { expect, test } from 'vitest';
import type { Seq } from '../../../src/protocol/packet.ts';
import type { CommandContext, KnownFile } from '../../../src/ui/commands/command.ts';
import { fileList, findFile } from '../../../src/ui/commands/find-file.ts';

const file = (seq: number, name: string, content = name): KnownFile => ({
  seq: seq as Seq,
  name,
  size: 1_000,
  sha256: content.padEnd(64, '0') as KnownFile['sha256'],
});
const files = [
  file(3, 'plan.pdf', 'old'),
  file(5, 'photo.jpg'),
  file(8, 'plan.pdf', 'new'),
  file(9, 'phone list.txt'),
];

/** The seq of what was found, or the sentence of the refusal; with the notices told meanwhile. */
const find = (wanted: string, known: readonly KnownFile[] = files) => {
  const told: string[] = [];
  const context = {
    files: () => known,
    notice: (text: string) => told.push(text),
  } as Partial<CommandContext>;
  try {
    return { found: findFile(context as CommandContext, wanted), told };
  } catch (error) {
    return { refused: (error as Error).message, told };
  }
};

test.each([
  ['5', 5],
  ['#5', 5],
  ['photo.jpg', 5],
  ['PHOTO', 5],
  ['"phone list.txt"', 9],
  ['', 9],
])('%j is the file of message %i', (wanted, seq) => {
  expect(find(wanted)).toEqual({ found: expect.objectContaining({ seq }), told: [] });
});

test('of several with one name it is the newest, and the others are told', () => {
  const { found, told } = find('plan');
  expect(found).toMatchObject({ seq: 8 });
  expect(told.join()).toMatch(/plan\.pdf of message 8, the newest.*\n3 {2}plan\.pdf {2}1\.0 kB$/s);
});

test('the same file sent twice needs no word', () => {
  expect(find('a', [file(1, 'a.txt'), file(2, 'a.txt')])).toMatchObject({ found: { seq: 2 }, told: [] });
});

test('a beginning of several names is asked back with all of them', () => {
  const { refused } = find('ph');
  expect(refused).toContain('Type more of the name, or the number');
  expect(refused).toContain('5  photo.jpg');
  expect(refused).toContain('9  phone list.txt');
});

test('a number or digest that is not in sight is left to the server, another name is not', () => {
  expect(find('1').found).toEqual({ seq: 1 });
  expect(find('abcdef12').found).toEqual({ sha256: 'abcdef12' });
  expect(find('nothing').refused).toMatch(/No file “nothing”.*\/get lists/);
});

test('the list has the newest, one a row, whatever their names hold', () => {
  const many = Array.from({ length: 30 }, (_, index) => file(index + 1, `f${index}\nforged`));
  const rows = fileList(many).split('\n');
  expect(rows).toHaveLength(21);
  expect(rows[0]).toContain('(of 30)');
  expect(rows.at(-1)).toMatch(/^30 {2}f29.forged {2}1\.0 kB$/s);
  expect(() => fileList([])).toThrow('/file PATH');
});
