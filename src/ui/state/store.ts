// The one store of the screen, forty lines after zustand's vanilla.ts: every pane is a projection of it. Made by
// run.tsx; keys and commands dispatch to it, React subscribes to it. A flood of messages notifies at a bounded rate,
// a key at once: whoever types sees it in the next frame.
import type { Action } from './actions.ts';
import type { State } from './state.ts';
import { update } from './update.ts';

export type Store = {
  readonly get: () => State;
  /** Applies the action and tells the subscribers: at once, or for what comes from the network within `floodMs`. */
  readonly dispatch: (action: Action) => void;
  /** Returns the way to stop. */
  readonly subscribe: (tell: () => void) => () => void;
};

/** 12 pictures a second are as many as a reader of a flood can follow; each costs about 4 ms of CPU. */
const floodMs = 80;

export const makeStore = (first: State): Store => {
  const subscribers = new Set<() => void>();
  let state = first;
  let toldAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    toldAt = performance.now();
    for (const subscriber of subscribers) subscriber();
  };
  const tellSoon = () => {
    if (timer) return;
    timer = setTimeout(tell, Math.max(0, floodMs - (performance.now() - toldAt)));
  };

  return {
    get: () => state,
    dispatch: (action) => {
      const next = update(state, action);
      if (next === state) return;
      state = next;
      if (action.type === 'client') tellSoon();
      else tell();
    },
    subscribe: (subscriber) => {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
};
