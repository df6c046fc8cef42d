// /who and !INFO: how many are online on the server, and who. The count is the server's own; the names are the
// members with a chat open (online or away), asked anew each time, so the answer is exact and not the roster's memory.
import type { Person } from '../../protocol/packet.ts';
import type { Command, CommandContext } from './command.ts';

/** One answer is one notice: more names than this are counted, not listed. */
const namesMax = 500;

async function tellWho(context: CommandContext): Promise<void> {
  const roster = await context.client.who({ most: namesMax });
  const present = roster.people.filter((person) => person.state !== 'offline');
  const more = roster.online - present.length;
  const labels = present.map(label).sort((a, b) => a.localeCompare(b));
  const tail = more > 0 ? ` and ${more} more` : '';
  context.notice(`${roster.online} online: ${labels.join(', ')}${tail}`);
}

function label(person: Person): string {
  return person.state === 'away' ? `${person.nick} (away)` : person.nick;
}

export const who: Command = {
  name: '/who',
  aliases: ['/names', '!INFO'],
  args: '',
  summary: 'how many are online, and who',
  asks: 'server',
  run: tellWho,
};
