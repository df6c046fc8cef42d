// To the first unread message of the open room: Alt-u and /unread.
import type { Seq } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { ChatContext } from '../state/context.ts';
import { goToMessage } from '../state/jump.ts';
import { unreadMarkOf } from '../state/marks.ts';
import { openTimeline } from '../state/view.ts';

export function firstUnread({ store }: Pick<ChatContext, 'store'>): void {
  const state = store.get();
  const mark = unreadMarkOf(state, state.room);
  if (!mark) {
    const text = 'Nothing is unread here. Alt-a goes to the next room with something new.';
    store.dispatch({ type: 'hint', text: safeLine(text) });
    return;
  }
  // The first new one where it is at hand, else the last that was read: the marker stands between the two.
  const { log } = openTimeline(state);
  const isKnown = (log[0]?.seq ?? Number.POSITIVE_INFINITY) <= mark.after;
  const first = isKnown ? log.find((item) => item.seq > mark.after && item.is === 'message') : undefined;
  goToMessage({ store }, state.room, first?.seq ?? (mark.after as Seq));
}
