// Tab: what is offered where, and how it is put in.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/ui/commands/index.ts';
import { type Sources, startCycle, turn } from '../../../src/ui/input/completion.ts';
import { type Editor, emptyEditor, insert, move } from '../../../src/ui/input/editor.ts';
import { listFolder } from '../../../src/ui/input/folder.ts';

const sources: Sources = {
  commands,
  nicks: ['ada', 'Adam', 'bob'],
  rooms: ['general', 'games'],
  files: ['plan.pdf', 'my notes.txt'],
  list: listFolder,
};

function at(marked: string): Editor {
  return move(insert(emptyEditor, marked.replace('|', '')), marked.indexOf('|'));
}
const shown = ({ text, cursor }: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const once = async (marked: string) => shown(await startCycle(at(marked), sources, 1));

describe('words', () => {
  test.each([
    ['b|', 'bob: |'],
    ['hi b|', 'hi bob |'],
    ['b| you', 'bob: | you'],
    ['@b|', '@bob |'],
    ['x|', 'x|'],
    ['|', '|'],
    ['hi |', 'hi |'],
    ['see #gam|', 'see #games |'],
    ['/wh|', '/who |'],
    ['!inf|', '!INFO |'],
    ['/join #gam|', '/join games|'],
    ['/get pl|', '/get plan.pdf|'],
    ['/get my n|', '/get my notes.txt|'],
    ['/me waves at b|', '/me waves at bob |'],
  ])('%j becomes %j', async (from, to) => {
    expect(await once(from)).toBe(to);
  });

  test('Tab goes through the candidates in a circle, Shift-Tab back', async () => {
    const first = await startCycle(at('a|'), sources, 1);
    expect(shown(first)).toBe('ada: |');
    expect(shown(turn(first, 1))).toBe('Adam: |');
    expect(shown(turn(turn(first, 1), 1))).toBe('ada: |');
    expect(shown(turn(first, -1))).toBe('Adam: |');
    expect(shown(await startCycle(at('a|'), sources, -1))).toBe('Adam: |');
  });

  test('typing ends the circle', async () => {
    expect(insert(await startCycle(at('a|'), sources, 1), 'x').cycle).toBeUndefined();
  });
});

describe('paths', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-tui-'));
    await mkdir(join(folder, 'my pictures'));
    await writeFile(join(folder, 'my plan.pdf'), '');
    await writeFile(join(folder, 'my pictures', 'a.png'), '');
    await writeFile(join(folder, '.hidden'), '');
    await writeFile(join(folder, 'evil\x1b[31m'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('folders come first and end in /, and Tab behind one goes into it', async () => {
    const first = await startCycle(at(`/file ${folder}/my|`), sources, 1);
    expect(first.text).toBe(`/file ${folder}/my pictures/`);
    expect(turn(first, 1).text).toBe(`/file ${folder}/my plan.pdf`);
    expect(await once(`/file ${folder}/my pictures/|`)).toBe(`/file ${folder}/my pictures/a.png|`);
  });

  test('quotes stay, and are closed behind a file', async () => {
    expect(await once(`!FILE "${folder}/my pl|`)).toBe(`!FILE "${folder}/my plan.pdf"|`);
  });

  test('escaped blanks are understood', async () => {
    expect(await once(`/file ${folder}/my\\ pl|`)).toBe(`/file ${folder}/my plan.pdf|`);
  });

  test('hidden files are offered where a dot was typed, names with control characters never', async () => {
    expect(await once(`/file ${folder}/.h|`)).toBe(`/file ${folder}/.hidden|`);
    expect(await once(`/file ${folder}/ev|`)).toBe(`/file ${folder}/ev|`);
  });

  test('a folder that cannot be read is an error that says so', async () => {
    await expect(startCycle(at(`/file ${folder}/no/|`), sources, 1)).rejects.toThrow('ENOENT');
  });
});
