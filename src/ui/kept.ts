// The last screen at once: what the client kept of earlier runs is shown before the first frame, the server there or not.
// Called by run.tsx.
import type { Client } from '../client/client.ts';
import type { Store } from './state/store.ts';

/** Before the client is listened to: what was missed since comes behind it. */
export const showKept = (client: Client, store: Store, at: number): void => {
  const kept = client.kept(store.get().room);
  if (!kept) return;
  const { marks, events, ...who } = kept;
  store.dispatch({ type: 'kept', kept: who });
  const tell = (event: Parameters<Parameters<Client['listen']>[0]>[0]) =>
    store.dispatch({ type: 'client', at, event });
  if (events.length > 0) tell({ type: 'events', events: [...events], gaps: [], isLive: false });
  tell({ type: 'marks', marks });
  if (client.outbox.length > 0) tell({ type: 'outbox', entries: client.outbox });
};

/** The next start opens the room that is open now. Returns the way to stop. */
export const rememberRoom = (client: Client, store: Store): (() => void) => {
  const look = () => client.opened(store.get().room);
  look();
  return store.subscribe(look);
};
