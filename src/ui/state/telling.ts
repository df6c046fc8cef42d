// A line that answers what was just typed. It stands at the end of the room; a reader who has scrolled up sees how it
// begins in the status line. Made a part of the chat's context by run.tsx.
import { safeLine, safeText } from '../../text/safe-text.ts';
import type { Tone } from './actions.ts';
import type { Store } from './store.ts';
import { isDetached } from './timeline.ts';
import { openTimeline } from './view.ts';

/** `text` need not be safe. */
export const answer = (store: Store, at: number, text: string, tone: Tone): void => {
  store.dispatch({ type: 'notice', at, text: safeText(text), tone });
  const timeline = openTimeline(store.get());
  if (timeline.anchor.at === 'end' && !isDetached(timeline)) return;
  const [first = ''] = text.trimStart().split('\n', 1);
  store.dispatch({ type: 'hint', text: safeLine(first) });
};
