// /who and !INFO: how many are online on the server, and who. The count is the server's own; the names are the
// members with a chat open (online or away), asked anew each time, so the answer is exact and not the roster's memory.
// /names asks the same of the open room.
import type { Person } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { span } from '../text/format.ts';
import type { Command, CommandContext } from './command.ts';

/** One answer is one notice: more names than this are counted, not listed. */
const namesMax = 500;

async function tellWho(context: CommandContext): Promise<void> {
  const { online, people } = await context.client.who({ most: namesMax });
  context.notice(`${online} online: ${named(context, people, online)}`);
}

async function tellNames(context: CommandContext): Promise<void> {
  const room = context.room();
  const { online, people } = await context.client.who({ room, most: namesMax });
  const where = context.around.label(room);
  context.notice(`${online} online in ${where}: ${named(context, people, online)}`);
}

function named({ around }: CommandContext, people: readonly Person[], online: number): string {
  const present = people.filter((person) => person.state !== 'offline');
  const more = online - present.length;
  const labels = present.map((person) => label(person, around.now())).sort((a, b) => a.localeCompare(b));
  return `${labels.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function label({ nick, state, note, active }: Person, now: number): string {
  const away = state === 'away' ? `away${note === undefined ? '' : `: ${safeLine(note)}`}` : '';
  const idle = active === undefined ? '' : `idle ${span(now - active)}`;
  const marks = [away, idle].filter((mark) => mark !== '').join(', ');
  return marks === '' ? nick : `${nick} (${marks})`;
}

export const who: Command = {
  name: '/who',
  aliases: ['!INFO'],
  args: '',
  summary: 'how many are online, and who',
  asks: 'server',
  run: tellWho,
};

export const names: Command = {
  name: '/names',
  aliases: [],
  args: '',
  summary: 'who of the room is online',
  asks: 'server',
  run: tellNames,
};
