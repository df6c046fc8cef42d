// The whole screen with a keyboard at it: keys as a terminal sends them go through the real handler to a fake client,
// and what comes of it is drawn. For tests of what people see while they act.
import type { OutboxEntry, Saying } from '../../src/client/client.ts';
import { makeDecoder } from '../../src/ui/input/decode.ts';
import { handleInput } from '../../src/ui/input/handle.ts';
import type { Action } from '../../src/ui/state/actions.ts';
import type { ChatContext } from '../../src/ui/state/context.ts';
import type { State } from '../../src/ui/state/state.ts';
import { answer } from '../../src/ui/state/telling.ts';
import { clientEvent, noon, online, past, postId, room, roster, welcome } from './events.ts';
import { type FakeClient, fakeClient } from './fake-client.ts';
import { openScreen, type Screen, stateOf } from './screen.ts';

export type KeyedScreen = Screen & {
  readonly client: FakeClient;
  readonly copied: string[];
  /** Types the bytes, and waits until what came of them is drawn. */
  press(bytes: string): Promise<void>;
  /** The outbox as it is with these sayings in it. */
  saying(...sayings: readonly Saying[]): Action;
};

export const openKeyed = async (
  size: Partial<State>,
  ...actions: readonly Action[]
): Promise<KeyedScreen> => {
  const screen = await openScreen(stateOf({ isFirstRun: false, ...size }));
  const client = fakeClient();
  const copied: string[] = [];
  const { store } = screen;
  const context: ChatContext = {
    client,
    store,
    downloads: '/nowhere',
    now: () => noon,
    notice: (text, tone = 'info') => answer(store, noon, text, tone),
    room: () => store.get().room,
    scroll: (step) => store.dispatch({ type: 'scroll', step }),
    quit: () => undefined,
    redraw: () => undefined,
    suspend: () => undefined,
    setMouse: () => undefined,
    copy: (text) => copied.push(text),
  };
  const decoder = makeDecoder();
  const press = async (bytes: string) => {
    for (const event of [...decoder.push(Buffer.from(bytes)), ...decoder.flush()])
      handleInput(event, context);
    // Commands answer within the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    await screen.act();
  };
  await screen.act(welcome(), online, roster('ada', 'bob', 'carl'), past('newest', []), ...actions);
  const entryOf = (saying: Saying, index: number): OutboxEntry => ({
    id: postId(9_000 + index),
    room,
    typedAt: noon,
    state: 'sending',
    saying,
  });
  const saying = (...sayings: readonly Saying[]) =>
    clientEvent({ type: 'outbox', entries: sayings.map(entryOf) });
  return { ...screen, client, copied, press, saying };
};
