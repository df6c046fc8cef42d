// The roster comes in pages; who asks for it wants people. The session asks it for its callers.
import type { RoomName } from '../protocol/names.ts';
import type { ServerPackets } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import type { Requests } from './requests.ts';

export type WhoOptions = { readonly room?: RoomName; readonly all?: boolean; readonly most?: number };

/** All pages in one, at most `most` people. */
export async function wholeRoster(
  requests: Requests,
  { most = clientBounds.whoMost, ...query }: WhoOptions,
): Promise<ServerPackets['roster']> {
  const page = (from: number | undefined) => {
    const rest = from === undefined ? query : { ...query, from };
    return requests.ask((req) => ({ kind: 'who', req, ...rest }), 'roster', 'ask-again');
  };
  let roster = await page(undefined);
  while (roster.next !== undefined && roster.people.length < most) {
    const further = await page(roster.next);
    // Nobody on it and still a next page would be asked for ever.
    if (further.people.length === 0) break;
    roster = { ...further, people: [...roster.people, ...further.people] };
  }
  return { ...roster, people: roster.people.slice(0, most) };
}
