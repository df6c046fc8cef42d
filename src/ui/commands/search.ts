// /search and /files: over everything one may read. The screen shows results as one types; plain mode prints them.
import type { Command, CommandContext } from './command.ts';

export const search: Command = {
  name: '/search',
  aliases: ['/lastlog'],
  args: '[WORDS from:NICK in:#ROOM before:DATE after:DATE has:file]',
  argument: 'text',
  summary: 'search everywhere (Alt-s)',
  asks: 'server',
  run: ({ around }, rest) => around.find('search', rest),
};

const listFiles = ({ around, room }: CommandContext) =>
  around.find('search', `has:file in:${around.label(room())} `);

export const files: Command = {
  name: '/files',
  aliases: [],
  args: '',
  summary: 'the files that were shared in the room',
  asks: 'server',
  run: listFiles,
};
