// The row above the composer that says what Enter will do with the text: ` reply to bob: how it begins…`, or an edit.
import { columns } from '../../text/width.ts';
import type { State } from '../state/state.ts';
import { cutTo } from '../text/wrap.ts';

const giveUp = '  Esc gives up';

export const composingLine = (state: State): string => {
  const { composing, columns: width, theme } = state;
  if (!composing) return '';
  const isRoom = width >= 40;
  const space = width - 2 - (isRoom ? columns(giveUp) : 0);
  const text =
    composing.is === 'edit'
      ? 'editing: Enter puts it in place'
      : `reply to ${composing.quote.nick}: ${composing.quote.text}`;
  return ` ${theme.paint('accent', cutTo(text, space))}${isRoom ? theme.paint('dim', giveUp) : ''}`;
};
