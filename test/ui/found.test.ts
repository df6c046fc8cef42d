// The search view by its keys: what is asked while one types, what is shown, and where Enter goes.
import { afterEach, describe, expect, test } from 'vitest';
import type { Found } from '../../src/client/client.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { startSearch } from '../../src/ui/search.ts';
import { chatWith, named, roomNote, settled } from '../helpers/around.ts';
import { message, online, past, room, welcome } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

type Asked = { readonly query: string; readonly before?: Seq; readonly answer: PromiseWithResolvers<Found> };

/** Each question waits until the test answers it. */
const chat = () => {
  const client = fakeClient();
  const asked: Asked[] = [];
  const ask = (query: string, { before }: { readonly before?: Seq }) => {
    const answer = Promise.withResolvers<Found>();
    asked.push({ query, ...(before !== undefined && { before }), answer });
    return answer.promise;
  };
  client.answer('search', ask);
  client.answer('mentions', (page) => ask('', page));
  const all = chatWith(client);
  for (const action of [
    welcome({ rooms: [roomNote('general'), roomNote('random')] }),
    online,
    past('newest', []),
  ])
    all.store.dispatch(action);
  stops.push(startSearch(client, all.store));
  const found = () => all.store.get().finding;
  return { ...all, client, asked, found, questions: () => asked.map(({ query }) => query) };
};

const hits = (...seqs: readonly number[]): Found => ({
  events: seqs.map((seq) => message(seq, `hit ${seq}`)),
  more: false,
});

test('asks as one types, one question at a time, and the last words are answered', async () => {
  const { press, asked, questions, found } = chat();
  press('/search plan\r');
  expect(questions()).toEqual(['plan']);
  press(' fr');
  press('om:bob');
  expect(questions()).toEqual(['plan']);
  asked[0]?.answer.resolve(hits(1, 2));
  await settled();
  expect(questions()).toEqual(['plan', 'plan from:bob']);
  asked[1]?.answer.resolve(hits(2));
  await settled();
  expect(found()?.items.map(({ seq }) => seq)).toEqual([2]);
  expect(questions()).toHaveLength(2);
});

test('the newest is chosen first, Enter goes to it in its room, and the draft is back', async () => {
  const { press, asked, store, found } = chat();
  press('half a thought\x1bs');
  expect(store.get().editor.text).toBe('');
  press('x');
  asked[0]?.answer.resolve({
    events: [message(3, 'a'), message(8, 'b', { room: named('random') })],
    more: false,
  });
  await settled();
  expect(found()?.selected).toBe(1);
  press('\r');
  const state = store.get();
  expect([state.room, state.finding, state.editor.text]).toEqual(['random', undefined, 'half a thought']);
  expect(state.timelines.get(named('random'))?.goal).toEqual({ around: 8 });
});

test('Up goes to older ones, above the first the next page is asked for, and the eye keeps its place', async () => {
  const { press, asked, found } = chat();
  press('/search x\r');
  asked[0]?.answer.resolve({ ...hits(7, 8), more: true });
  await settled();
  press('\x1b[A\x1b[A');
  expect(asked[1]).toMatchObject({ query: 'x', before: 7 });
  asked[1]?.answer.resolve(hits(3, 4));
  await settled();
  expect(found()?.items.map(({ seq }) => seq)).toEqual([3, 4, 7, 8]);
  expect(found()?.items[found()?.selected ?? 0]?.seq).toBe(4);
});

test('a search that makes no sense says why, keeps what was found, and is asked again once it is changed', async () => {
  const { press, asked, found, questions, store } = chat();
  press('/search x\r');
  asked[0]?.answer.resolve(hits(7));
  await settled();
  press(' before:nonsense');
  const refusal = new Refusal('search-invalid', 'before: wants a date.');
  asked[1]?.answer.reject(refusal);
  await settled();
  asked[2]?.answer.reject(refusal);
  await settled();
  expect(found()).toMatchObject({ failed: 'before: wants a date.', items: [{ seq: 7 }] });
  expect(store.get().editor.text).toBe('x before:nonsense');
  press('\x7f');
  expect(questions().at(-1)).toBe('x before:nonsens');
});

test('nothing is asked for nothing', () => {
  const { press, asked } = chat();
  press('\x1bs');
  press('   ');
  expect(asked).toEqual([]);
});

test.each([
  ['Esc', '\x1b'],
  ['Ctrl-c', '\x03'],
  ['Ctrl-d', '\x04'],
])('%s closes it, and the chat goes on', async (_name, keys) => {
  const { press, store, notices, client } = chat();
  press('\x1bs');
  press(keys);
  expect([store.get().finding, notices]).toEqual([undefined, []]);
  press('hello\r');
  await settled();
  expect(client.posted).toEqual(['hello']);
});

test('mentions stand in the same view; what is typed there is nothing', async () => {
  const { press, asked, found, store } = chat();
  press('\x1bp');
  asked[0]?.answer.resolve(hits(5, 6));
  await settled();
  press('word');
  expect([found()?.of, found()?.items.length, store.get().editor.text]).toEqual(['mentions', 2, '']);
  press('\x1b[A\r');
  expect(store.get().timelines.get(room)?.goal).toEqual({ around: 5 });
});

describe('a room that one is not in', () => {
  test('is joined by a second Enter alone', async () => {
    const { press, asked, store, client } = chat();
    const joined: string[] = [];
    client.answer('join', async (name) => {
      joined.push(name);
      return { kind: 'joined', re: 1, room: roomNote('far') };
    });
    press('/search x\r');
    asked[0]?.answer.resolve({ events: [message(9, 'x', { room: named('far') })], more: false });
    await settled();
    press('\r');
    expect([joined, store.get().hint]).toEqual([[], 'You are not in #far. Enter again joins it.']);
    press('\r');
    await settled();
    expect([joined, store.get().room]).toEqual([['far'], 'far']);
  });
});

test('typing a query is told to nobody', () => {
  const { press, client } = chat();
  press('\x1bsquery');
  expect(client.asked.filter(([name]) => name === 'typing')).toEqual([]);
});

test('/files looks for the files of the room', () => {
  const { press, questions } = chat();
  press('/files\r');
  expect(questions()).toEqual(['has:file in:#general']);
});
