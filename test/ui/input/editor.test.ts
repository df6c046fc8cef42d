// The composer's editor: readline's keys on graphemes and several lines, as tables and as properties.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns } from '../../../src/text/width.ts';
import {
  type Editor,
  editorLimits,
  emptyEditor,
  insert,
  interrupt,
  move,
  recall,
  type StepName,
  step,
  steps,
  take,
} from '../../../src/ui/input/editor.ts';
import { layoutComposer, moveRow } from '../../../src/ui/input/layout.ts';
import { snap } from '../../../src/ui/input/stops.ts';

/** `a|b` is the text ab with the cursor between. */
function at(marked: string): Editor {
  const cursor = marked.indexOf('|');
  return move(insert(emptyEditor, marked.replace('|', '')), cursor);
}
const shown = ({ text, cursor }: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const run = (editor: Editor, names: readonly StepName[]) => names.reduce(step, editor);

const family = '👨‍👩‍👧';
const table: ReadonlyArray<readonly [from: string, steps: readonly StepName[], to: string]> = [
  ['ab|', ['left'], 'a|b'],
  ['|ab', ['left'], '|ab'],
  ['a|b', ['right'], 'ab|'],
  [`a${family}|b`, ['left'], `a|${family}b`],
  [`a|${family}b`, ['right'], `a${family}|b`],
  [`a${family}|b`, ['delete-left'], 'a|b'],
  [`|${family}b`, ['delete-right'], '|b'],
  ['नमस्ते|', ['left'], 'नम|स्ते'],
  ['one\ntwo|', ['line-start'], 'one\n|two'],
  ['o|ne\ntwo', ['line-end'], 'one|\ntwo'],
  ['one\n|two', ['delete-left'], 'one|two'],
  ['one two-three|', ['word-left'], 'one two-|three'],
  ['one two|', ['word-left', 'word-left', 'word-left'], '|one two'],
  ['|one, two', ['word-right'], 'one|, two'],
  ['|one, two', ['word-right', 'word-right'], 'one, two|'],
  ['cat /usr/bin |', ['kill-blank-left'], 'cat |'],
  ['cat /usr/bin|', ['kill-word-left'], 'cat /usr/|'],
  ['|cat /usr', ['kill-word-right'], '| /usr'],
  ['ab|cd', ['kill-line-left'], '|cd'],
  ['ab|cd', ['kill-line-right'], 'ab|'],
  ['ab|\ncd', ['kill-line-right'], 'ab|cd'],
  ['ab\n|cd', ['kill-line-left'], 'ab|cd'],
  ['ab|cd', ['kill-line-left', 'line-end', 'yank'], 'cdab|'],
  ['a b c|', ['kill-blank-left', 'kill-blank-left', 'yank'], 'a b c|'],
  ['|a b', ['kill-word-right', 'kill-word-right', 'yank', 'yank'], 'a ba b|'],
  ['ab|cd', ['kill-line-left', 'right', 'kill-line-right', 'yank'], 'cd|'],
  ['ab|cd', ['kill-line-left', 'right', 'kill-line-right', 'yank', 'yank-older'], 'cab|'],
  ['ab|cd', ['yank-older'], 'ab|cd'],
  ['ab|', ['transpose'], 'ba|'],
  ['a|b', ['transpose'], 'ba|'],
  ['|ab', ['transpose'], '|ab'],
  [`a${family}|`, ['transpose'], `${family}a|`],
  ['a|b', ['new-line'], 'a\n|b'],
  ['ab|cd', ['kill-line-left', 'undo'], 'ab|cd'],
  ['ab|cd', ['kill-line-left', 'kill-line-right', 'undo', 'undo', 'redo'], '|cd'],
  ['ab|', ['undo', 'undo', 'undo', 'redo', 'redo'], 'ab|'],
];

describe('steps', () => {
  test.each(table)('%j, %j gives %j', (from, names, to) => {
    expect(shown(run(at(from), names))).toBe(to);
  });
});

describe('typing', () => {
  const type = (text: string) => [...text].reduce(insert, emptyEditor);

  test('one undo takes back a typed word, not a letter', () => {
    expect(type('one two').undo.length).toBe(2);
    expect(step(type('hello'), 'undo').text).toBe('');
  });

  test('a new step after an undo forgets what could be redone', () => {
    const editor = insert(step(at('ab|cd'), 'undo'), 'x');
    expect(editor.redo).toEqual([]);
  });

  test('a combining mark joins the character before the cursor', () => {
    expect(shown(insert(at('e|x'), '\u0301'))).toBe('e\u0301|x');
  });

  test('line ends become LF; escape sequences and other controls lose their teeth', () => {
    expect(insert(emptyEditor, 'a\r\nb\rc\u2028d\x1b[31m\x9b\x00\x7fe\tf').text).toBe('a\nb\nc\nd[31me\tf');
  });

  test('text over the bound is cut between graphemes', () => {
    const nearly = insert(emptyEditor, 'x'.repeat(editorLimits.textUnits - 3));
    const editor = insert(nearly, `${family}y`);
    expect(editor.text.length).toBe(editorLimits.textUnits - 3);
    expect(insert(nearly, 'yyyy').text.length).toBe(editorLimits.textUnits);
  });
});

describe('what was sent', () => {
  const sent = ['one', 'two', 'three'].reduce((editor, text) => take(insert(editor, text)), emptyEditor);

  test('is recalled newest first, and the draft comes back', () => {
    const draft = insert(sent, 'draft');
    const up = recall(recall(draft, -1), -1);
    expect(up.text).toBe('two');
    expect(recall(recall(up, 1), 1).text).toBe('draft');
  });

  test('ends at its oldest and at the draft', () => {
    const oldest = [-1, -1, -1, -1].reduce<Editor>((editor) => recall(editor, -1), sent);
    expect(oldest.text).toBe('one');
    expect(recall(sent, 1)).toBe(sent);
  });

  test('an entry that was changed keeps the change until something is sent', () => {
    const changed = insert(recall(sent, -1), '!');
    expect(recall(recall(changed, -1), 1).text).toBe('three!');
    expect(recall(take(changed), -1).text).toBe('three!');
    expect(recall(recall(take(changed), -1), -1).text).toBe('three');
  });

  test('the same text twice in a row is one entry, blanks are none, and the oldest go', () => {
    const twice = take(insert(take(insert(emptyEditor, 'a')), 'a'));
    expect(take(insert(twice, '  ')).history).toEqual(['a']);
    const many = Array.from({ length: 600 }, (_, index) => `m${index}`).reduce(
      (editor, text) => take(insert(editor, text)),
      emptyEditor,
    );
    expect(many.history.length).toBe(editorLimits.historyEntries);
    expect(many.history.at(-1)).toBe('m599');
  });

  test('Ctrl-c clears, says so, and Up brings the text back', () => {
    const cleared = interrupt(insert(emptyEditor, 'precious'));
    expect([cleared.text, cleared.last]).toEqual(['', 'interrupt']);
    expect(recall(cleared, -1).text).toBe('precious');
  });
});

describe('rows', () => {
  test('wrap at the width, keep wide characters whole, and put the cursor behind a full row on the next', () => {
    const layout = layoutComposer(at('abcd漢字e|'), 5, 9);
    expect(layout.rows).toEqual(['abcd', '漢字e', '']);
    expect(layout.cursor).toEqual({ row: 2, column: 0 });
  });

  test('scroll so that the cursor is in view', () => {
    const text = 'a\nb\nc\nd\ne';
    expect(layoutComposer(at(`${text}|`), 10, 3)).toMatchObject({
      rows: ['c', 'd', 'e'],
      above: 2,
      below: 0,
    });
    expect(layoutComposer(at(`|${text}`), 10, 3)).toMatchObject({
      rows: ['a', 'b', 'c'],
      above: 0,
      below: 2,
    });
  });

  test('Up and Down keep the column over short rows and end at the edges', () => {
    const up = moveRow(at('long line\nx\nanother| one'), -1, 40);
    expect(up && shown(up)).toBe('long line\nx|\nanother one');
    const twice = up && moveRow(up, -1, 40);
    expect(twice && shown(twice)).toBe('long li|ne\nx\nanother one');
    expect(twice && moveRow(twice, -1, 40)).toBeUndefined();
  });

  test('Up and Down go by wrapped rows', () => {
    const up = moveRow(at('abcdefgh|'), -1, 5);
    expect(up && shown(up)).toBe('abc|defgh');
    expect(up && moveRow(up, -1, 5)).toBeUndefined();
  });
});

describe('whatever is pressed', () => {
  const piece = fc.constantFrom(
    'a',
    ' ',
    '\n',
    'é',
    'e\u0301',
    family,
    '🇩🇪',
    '漢',
    '\u200d',
    '\u0301',
    'क्',
    '\t',
  );
  const deed = fc.oneof(
    fc.record({ insert: fc.array(piece, { minLength: 1, maxLength: 4 }).map((list) => list.join('')) }),
    fc.record({ step: fc.constantFrom(...(Object.keys(steps) as StepName[])) }),
    fc.record({ recall: fc.constantFrom(-1 as const, 1 as const) }),
    fc.record({ row: fc.constantFrom(-1 as const, 1 as const) }),
    fc.record({ end: fc.constantFrom('take', 'interrupt') }),
  );
  type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;
  const apply = (editor: Editor, one: Deed): Editor => {
    if ('insert' in one) return insert(editor, one.insert);
    if ('step' in one) return step(editor, one.step);
    if ('recall' in one) return recall(editor, one.recall);
    if ('row' in one) return moveRow(editor, one.row, 7) ?? editor;
    return one.end === 'take' ? take(editor) : interrupt(editor);
  };

  test('the cursor stands between graphemes, undo leads back, and the rows fit', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), fc.integer({ min: 2, max: 12 }), (deeds, width) => {
        const editor = deeds.reduce(apply, emptyEditor);
        expect(snap(editor.text, editor.cursor)).toBe(editor.cursor);
        expect(editor.undo.length).toBeLessThanOrEqual(editorLimits.undoSteps);
        const layout = layoutComposer(editor, width, 3);
        expect(layout.rows.length).toBeLessThanOrEqual(3);
        expect(layout.rows.every((row) => columns(row) <= Math.max(4, width))).toBe(true);
        expect(layout.cursor.row).toBeLessThan(layout.rows.length);
        expect(layout.cursor.column).toBeLessThanOrEqual(width);
      }),
      { numRuns: 500 },
    );
  });

  test('as many undos as there are steps lead to the beginning, and redos back', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), (pieces) => {
        const typed = pieces.reduce(insert, emptyEditor);
        const back = typed.undo.reduce<Editor>((editor) => step(editor, 'undo'), typed);
        expect(back.text).toBe('');
        expect(typed.undo.reduce<Editor>((editor) => step(editor, 'redo'), back).text).toBe(typed.text);
      }),
    );
  });
});
