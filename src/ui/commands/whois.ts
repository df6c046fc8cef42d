// /whois: who somebody is: since when, in which rooms, away or idle, and the fingerprints of the keys that speak for them.
import type { Person, ServerPackets } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { moment, span } from '../text/format.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { nickAndRest, withNick } from './nearest.ts';

async function tell(context: CommandContext, rest: string): Promise<void> {
  const { nick } = nickAndRest(rest);
  if (nick === '') throw new CommandRefused('Whom? Type /whois NICK.');
  const answer = await withNick(context, nick, () => context.client.whois(nick));
  context.notice(describe(context, answer));
}

function describe({ around }: CommandContext, { person, joined, devices }: ServerPackets['person']): string {
  const now = around.now();
  const rooms = person.rooms.map((room) => around.label(room)).sort();
  const keys = devices.map(({ fingerprint, since }) => `  key ${fingerprint}, since ${moment(since)}`);
  return [
    `${safeLine(person.nick)} is ${stateOf(person, now)}`,
    `  here first ${moment(joined)}`,
    `  rooms: ${rooms.length > 0 ? rooms.map(safeLine).join(' ') : 'none that you share'}`,
    ...keys,
  ].join('\n');
}

function stateOf({ state, since, note, active }: Person, now: number): string {
  const why = note === undefined ? '' : ` (${safeLine(note)})`;
  if (state === 'offline') return `offline, since ${moment(since)}`;
  const idle = active === undefined ? '' : `, idle for ${span(now - active)}`;
  return state === 'away'
    ? `away${why}, since ${moment(since)}${idle}`
    : `online, since ${moment(since)}${idle}`;
}

export const whois: Command = {
  name: '/whois',
  aliases: [],
  args: 'NICK',
  argument: 'nick',
  summary: 'who somebody is: rooms, since when, keys',
  asks: 'server',
  run: tell,
};
