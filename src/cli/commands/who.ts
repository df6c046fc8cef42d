// `chat-tui who`: who is on the server, or in one room. It shows up nowhere itself.
import type { Person } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { columns } from '../../text/width.ts';
import { withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';

/** Everybody, for whoever counts in a script; the roster comes in pages. */
const peopleMax = 1_000_000;

export async function who(context: Context): Promise<number> {
  const { flags, output } = context;
  return withClient(context, 'nick-if-known', async ({ client, room }) => {
    const { people } = await client.who({
      most: peopleMax,
      ...(flags.room === undefined ? {} : { room }),
      ...(flags.all === true ? { all: true } : {}),
    });
    const widest = Math.max(0, ...people.map(({ nick }) => columns(safeLine(nick))));
    for (const person of people) {
      if (flags.json === true) await output.json(personJson(person));
      else await output.line(personLine(person, widest));
    }
    if (people.length === 0 && flags.json !== true) await output.line('Nobody is online.');
    return exitCodes.done;
  });
}

function personJson({ nick, state, since, rooms }: Person): object {
  return { nick, state, since: new Date(since).toISOString(), rooms };
}

function personLine({ nick, state, since, rooms }: Person, widest: number): string {
  const name = safeLine(nick);
  const padding = ' '.repeat(widest - columns(name));
  const places = rooms.map((room) => `#${room}`).join(' ');
  return safeLine(`${name}${padding}  ${state.padEnd(7)}  since ${localTime(since)}  ${places}`.trimEnd());
}

function localTime(at: number): string {
  return new Date(at).toLocaleString('sv-SE').slice(0, 16);
}
