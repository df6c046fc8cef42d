// Which packets wait for which budget of their member. The session asks before it runs a packet; over a rate nothing is
// refused, the socket is read later. Only what is out of date by the time it could be taken is dropped instead.
import type { ClientKind } from '../protocol/packet.ts';
import type { Budget } from './rates.ts';

const budgets: { readonly [Kind in ClientKind]?: keyof Budget } = {
  post: 'posts',
  edit: 'posts',
  delete: 'posts',
  react: 'posts',
  topic: 'posts',
  join: 'moves',
  part: 'moves',
  nick: 'moves',
  direct: 'moves',
  invite: 'moves',
  configure: 'moves',
  link: 'moves',
  revoke: 'moves',
  read: 'marks',
  notify: 'marks',
  typing: 'marks',
  away: 'marks',
  sync: 'reads',
  history: 'reads',
  who: 'reads',
  rooms: 'reads',
  whois: 'reads',
  mentions: 'reads',
  search: 'reads',
  devices: 'reads',
  offer: 'reads',
  fetch: 'reads',
};

/** What has no answer, not even a refusal: a newer one follows, and nobody waits for it. */
const unanswered: ReadonlySet<ClientKind> = new Set(['read', 'typing']);

/** Reads cost by the bytes that they answer, the others one each. */
export function budgetOf(kind: ClientKind): keyof Budget | undefined {
  return budgets[kind];
}

export function isAnswered(kind: ClientKind): boolean {
  return !unanswered.has(kind);
}

/** What shows that a person is there: it says or reads something. */
export function isActing(kind: ClientKind): boolean {
  const budget = budgets[kind];
  return budget === 'posts' || kind === 'read' || kind === 'typing';
}
