// /rooms: all rooms one may enter, with topic, members and last activity; those one is not in are marked.
import type { RoomNote } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { columns } from '../../text/width.ts';
import { ago } from '../text/format.ts';
import type { Command, CommandContext } from './command.ts';

/** One answer is one notice: the rooms last spoken in. */
const listedMax = 100;
/** A longer name is shown whole, only its row's columns move. */
const nameColumns = 24;

async function list(context: CommandContext): Promise<void> {
  const { client, around } = context;
  const rooms = (await client.rooms()).filter(({ access }) => access !== 'direct');
  const isIn = new Set(around.rooms().map(({ room }) => room));
  around.invitedTo(rooms.filter(({ room, access }) => access === 'private' && !isIn.has(room)));
  const byLast = rooms.toSorted((one, other) => (other.last ?? 0) - (one.last ?? 0));
  const shown = byLast.slice(0, listedMax);
  const wide = Math.min(nameColumns, Math.max(0, ...shown.map(({ room }) => columns(safeLine(room)))));
  const rows = shown.map((note) => row(note, isIn.has(note.room) ? ' ' : '+', wide, around.now()));
  const more = rooms.length > shown.length ? [`… and ${rooms.length - shown.length} more`] : [];
  const count = `${rooms.length} room${rooms.length === 1 ? '' : 's'}`;
  context.notice([`${count}; /join ROOM enters one that is marked with +`, ...rows, ...more].join('\n'));
}

function row(
  { room, members, topic, access, last }: RoomNote,
  mark: string,
  wide: number,
  now: number,
): string {
  const name = safeLine(room);
  const blank = ' '.repeat(Math.max(0, wide - columns(name)));
  const people = `${members} member${members === 1 ? '' : 's'}`;
  const when = last === undefined ? '' : `  ${ago(now - last)}`;
  const kind = access === 'private' ? `  ${mark === '+' ? 'private, you are invited' : 'private'}` : '';
  const about = topic === '' ? '' : `  ${safeLine(topic)}`;
  return `${mark} #${name}${blank}  ${people}${when}${kind}${about}`;
}

export const rooms: Command = {
  name: '/rooms',
  aliases: ['/list'],
  args: '',
  summary: 'all rooms: topic, members, last activity',
  asks: 'server',
  run: list,
};
