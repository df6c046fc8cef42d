// Asks for what the search view looks for, as one types: one question at a time, and the next when its answer is there,
// so that a slow server is asked less often and the last words are always answered. Started by run.tsx.

import type { Client, Found } from '../client/client.ts';
import { errorOf } from '../client/errors.ts';
import { limits } from '../protocol/limits.ts';
import type { Seq } from '../protocol/packet.ts';
import { safeLine } from '../text/safe-text.ts';
import type { FoundView } from './state/around.ts';
import { queryOf } from './state/found.ts';
import type { State } from './state/state.ts';
import type { Store } from './state/store.ts';

type Question = { readonly query: string; readonly before?: Seq };

/** What the view wants to know next; `undefined`: nothing, or an answer is under way. Pure. */
export const questionOf = (state: State): Question | undefined => {
  const { finding: found } = state;
  if (!found || found.asking) return undefined;
  const query = queryOf(state);
  if (found.of === 'search' && query === '') return undefined;
  if (query !== found.answered) return { query };
  const first = found.items[0];
  return found.wantsOlder && first ? { query, before: first.seq } : undefined;
};

/** Returns the way to stop. */
export const startSearch = (client: Client, store: Store): (() => void) => {
  const look = () => {
    const state = store.get();
    const question = questionOf(state);
    if (state.finding && question) void ask(state.finding.of, question);
  };
  const ask = async (of: FoundView['of'], question: Question) => {
    store.dispatch({ type: 'find-asked', ...question });
    try {
      store.dispatch({ type: 'found', ...question, found: await findIn(client, of, question) });
    } catch (error) {
      const why = errorOf(error).message;
      store.dispatch({ type: 'find-failed', query: question.query, text: safeLine(why) });
    }
  };
  return store.subscribe(look);
};

export const findIn = (client: Client, of: FoundView['of'], { query, before }: Question): Promise<Found> => {
  const page = { limit: limits.foundEvents, ...(before !== undefined && { before }) };
  return of === 'search' ? client.search(query, page) : client.mentions(page);
};
