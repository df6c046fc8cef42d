// A click: on a message of the timeline it chooses that, beside it the lists have their own. Called by handle.ts; the
// wheel is another event.
import { isChoosable } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import { visible } from '../state/scroll.ts';
import { extentOf, layoutOf, openTimeline } from '../state/view.ts';
import { personClicked, roomClicked } from './side-click.ts';

/** Column and row of the screen, from 0. */
export function clicked(context: ChatContext, column: number, row: number): void {
  const { store } = context;
  const state = store.get();
  if (state.help || state.finding || state.picker) return;
  const { roomList, timeline, body } = layoutOf(state);
  if (row < 1 || row > body) return;
  if (column < roomList) {
    roomClicked(context, row - 1);
    return;
  }
  if (column >= roomList + timeline) {
    personClicked(context, row - 1);
    return;
  }
  const { rows } = visible(extentOf(state), openTimeline(state).anchor);
  const line = rows[row - 1]?.line;
  if (line && isChoosable(line)) store.dispatch({ type: 'choose', step: { key: line.item.key } });
}
