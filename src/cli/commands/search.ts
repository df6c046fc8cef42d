// `chat-tui search`: finds messages in all rooms one may read, or in one with -r; printed oldest first, so that the newest
// stand next to the prompt.
import { limits } from '../../protocol/limits.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { AnyEvent, Seq } from '../../protocol/packet.ts';
import { eventJson, placedLine } from '../../text/transcript.ts';
import { wholeNumber } from '../argv.ts';
import { type Connected, withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';

const limitDefault = 50;

export async function search(context: Context): Promise<number> {
  const { input, flags, output } = context;
  const words = input.join(' ').trim();
  if (words === '')
    throw new UsageError('What for? chat-tui search QUERY, for example chat-tui search plan from:ada.');
  const limit = flags.limit === undefined ? limitDefault : wholeNumber('limit', flags.limit, 1);
  return withClient(context, 'nick-if-known', async (connected) => {
    const query = flags.room === undefined ? words : `${words} in:${connected.label}`;
    const events = await findAll(connected, query, limit);
    const labelOf = await labels(connected, flags.json === true ? [] : events);
    for (const event of events) {
      if (flags.json === true) {
        const value = eventJson(event);
        if (value !== undefined) await output.json(value);
      } else {
        const line = placedLine(event, labelOf(event.room));
        if (line !== undefined) await output.line(line);
      }
    }
    if (events.length === 0 && flags.json !== true) await output.line('Nothing was found.');
    return exitCodes.done;
  });
}

/** The newest `limit` of what is found, oldest first. */
async function findAll({ client }: Connected, query: string, limit: number): Promise<readonly AnyEvent[]> {
  const pages: (readonly AnyEvent[])[] = [];
  let left = limit;
  let before: Seq | undefined;
  while (left > 0) {
    const page = { limit: Math.min(left, limits.foundEvents), ...(before !== undefined && { before }) };
    const { events, more } = await client.search(query, page);
    pages.unshift(events);
    left -= events.length;
    before = events[0]?.seq;
    if (!more || before === undefined) break;
  }
  return pages.flat().slice(-limit);
}

/** Direct rooms go by the other one's nick, which the list of own rooms has. */
async function labels(
  { client }: Connected,
  events: readonly AnyEvent[],
): Promise<(room: RoomName) => string> {
  const isDirect = events.some(({ room }) => room.startsWith('@'));
  const rooms = isDirect ? (client.welcome?.rooms ?? []) : [];
  const nicks = new Map(rooms.flatMap((note) => (note.with ? [[note.room, note.with.nick] as const] : [])));
  return (room) => {
    const nick = nicks.get(room);
    return nick === undefined ? `#${room}` : `@${nick}`;
  };
}
