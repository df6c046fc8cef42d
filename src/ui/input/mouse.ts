// Who has the mouse: the chat, whose wheel then scrolls, or the terminal, which then selects text. Called by handle.ts
// for the key and by submit.ts for the command.
import { safeLine } from '../../text/safe-text.ts';
import type { ChatContext } from '../state/context.ts';

export function toggleMouse({ store, setMouse }: ChatContext): void {
  const to = store.get().mouse === 'terminal' ? 'ours' : 'terminal';
  setMouse(to);
  store.dispatch({ type: 'mouse', is: to });
  const text = to === 'ours' ? 'The wheel scrolls again.' : 'The mouse is the terminal’s: it selects text.';
  store.dispatch({ type: 'hint', text: safeLine(text) });
}
