// A click: on a message of the timeline it chooses that. Called by handle.ts; the wheel is another event.
import { isChoosable } from '../state/choosing.ts';
import type { ChatContext } from '../state/context.ts';
import { visible } from '../state/scroll.ts';
import { extentOf, layoutOf, openTimeline } from '../state/view.ts';

/** Column and row of the screen, from 0. */
export function clicked({ store }: ChatContext, column: number, row: number): void {
  const state = store.get();
  if (state.help || state.finding || state.picker) return;
  const { roomList, timeline, body } = layoutOf(state);
  const isWithin = column >= roomList && column < roomList + timeline && row >= 1 && row <= body;
  if (!isWithin) return;
  const { rows } = visible(extentOf(state), openTimeline(state).anchor);
  const line = rows[row - 1]?.line;
  if (line && isChoosable(line)) store.dispatch({ type: 'choose', step: { key: line.item.key } });
}
