// The negative controls still fit the source: carried out they are by `npm run faults -- controls`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allControls } from './controls/all.ts';
import { edited } from './controls/run.ts';

const root = join(import.meta.dirname, '..', '..');
const controls = await allControls();

describe('a negative control', () => {
  test.each(controls)('$promise: without $without', ({ edits, test: { file, name } }) => {
    for (const edit of edits) {
      const source = readFileSync(join(root, 'src', edit.file), 'utf8');
      expect(edited(source, edit)).not.toBe(source);
    }
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  });

  test('whose text does not stand in its file, or twice, is an error', () => {
    const edit = { file: 'a.ts', text: 'guard()', instead: '' };
    expect(() => edited('nothing', edit)).toThrow(/0 places/);
    expect(() => edited('guard(); guard();', edit)).toThrow(/2 places/);
  });
});
