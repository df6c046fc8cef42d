// The last rows: `[#general] text` with the terminal's own cursor in it, so that input methods know where they write.
import { useCursor } from 'ink';
import { columns } from '../../text/width.ts';
import type { State } from '../state/state.ts';
import { composerOf, promptOf } from '../state/view.ts';
import { cutTo } from '../text/wrap.ts';
import { TextPane } from './text-pane.tsx';

const placeholderOf = ({ finding }: State): string => {
  if (!finding) return 'say something';
  return finding.of === 'search' ? 'what to look for' : '';
};

export type ComposerProps = {
  readonly state: State;
  /** Screen row of the first composer row. */
  readonly top: number;
  readonly height: number;
};

export const Composer = ({ state, top, height }: ComposerProps) => {
  const { setCursorPosition } = useCursor();
  const { rows, cursor } = composerOf(state);
  const prompt = promptOf(state);
  const indent = ' '.repeat(columns(prompt));
  setCursorPosition({ x: columns(prompt) + cursor.column, y: top + cursor.row });
  const painted = rows
    .slice(0, height)
    .map((row, index) => (index === 0 ? state.theme.paint('key', prompt) : indent) + row);
  const first = painted[0];
  if (first !== undefined && state.editor.text === '') {
    const about = cutTo(placeholderOf(state), state.columns - columns(prompt) - 1);
    painted[0] = first + state.theme.paint('dim', about);
  }
  return <TextPane rows={painted} width={state.columns} height={height} />;
};
