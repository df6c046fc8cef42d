// The one store of the screen, forty lines after zustand's vanilla.ts: every pane is a projection of it. Made by
// run.tsx; keys and commands dispatch to it, React subscribes to it. A flood of messages notifies at a bounded rate,
// a key at once: whoever types sees it in the next frame. What the client tells is applied when somebody looks.
import type { ClientEvent } from '../../client/client.ts';
import type { Action } from './actions.ts';
import type { State } from './state.ts';
import { update } from './update.ts';

export type Store = {
  readonly get: () => State;
  /**
   * Applies the action and tells the subscribers: at once, or for what comes from the network within `floodMs`, or
   * twice that while each picture would be replaced whole by the next.
   */
  readonly dispatch: (action: Action) => void;
  /** Returns the way to stop. */
  readonly subscribe: (tell: () => void) => () => void;
};

/** 12 pictures a second are as many as a reader of a flood can follow; each costs about 4 ms of CPU. */
const floodMs = 80;

type FromClient = Extract<Action, { readonly type: 'client' }>;

/** More messages to the open room than the screen has rows: nobody reads any of them before they are gone. */
const isMoreThanScreen = (actions: readonly FromClient[], { room, rows }: State): boolean => {
  let count = 0;
  for (const { event } of actions) {
    if (event.type !== 'events' || !event.isLive) continue;
    for (const one of event.events) if (one.room === room) count += 1;
    if (count > rows) return true;
  }
  return false;
};

/** Live events that follow one another as one piece of news: a flood costs the window one change a picture. */
const gathered = (actions: readonly FromClient[], { timelines }: State): readonly FromClient[] => {
  const news: FromClient[] = [];
  for (const action of actions) {
    const before = news.at(-1);
    const events = before && joinedEvents(before.event, action.event);
    // What comes first to a room is told apart from what comes then: only that is unseen.
    if (events?.events.every(({ room }) => timelines.has(room)))
      news[news.length - 1] = { ...action, event: events };
    else news.push(action);
  }
  return news;
};

type Events = Extract<ClientEvent, { readonly type: 'events' }>;

const joinedEvents = (one: ClientEvent, other: ClientEvent): Events | undefined => {
  if (one.type !== 'events' || other.type !== 'events' || !one.isLive || !other.isLive) return undefined;
  return { ...other, events: [...one.events, ...other.events] };
};

export const makeStore = (first: State): Store => {
  const subscribers = new Set<() => void>();
  let state = first;
  let told = first;
  let toldAt = 0;
  let timer: NodeJS.Timeout | undefined;
  /** What came from the network and nobody has looked at yet, in order. */
  let waiting: FromClient[] = [];

  const settle = () => {
    if (waiting.length === 0) return state;
    const actions = waiting;
    waiting = [];
    for (const action of gathered(actions, state)) state = update(state, action);
    return state;
  };
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (settle() === told) return;
    told = state;
    toldAt = performance.now();
    for (const subscriber of subscribers) subscriber();
  };
  const tellWithin = (ms: number, then: () => void) => {
    timer = setTimeout(then, Math.max(0, ms - (performance.now() - toldAt)));
  };
  const tellUnlessFlooded = () => {
    if (isMoreThanScreen(waiting, state)) tellWithin(2 * floodMs, tell);
    else tell();
  };

  return {
    get: settle,
    dispatch: (action) => {
      if (action.type === 'client') {
        waiting.push(action);
        if (!timer) tellWithin(floodMs, tellUnlessFlooded);
        return;
      }
      state = update(settle(), action);
      tell();
    },
    subscribe: (subscriber) => {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
};
