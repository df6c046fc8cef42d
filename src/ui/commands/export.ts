// /export: the open room into a new file, as text or as JSON lines.
import { type ExportFormat, exportLines, writeExport } from '../../client/export.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';
import { pathOf } from './path.ts';

async function write(context: CommandContext, rest: string): Promise<void> {
  const { around, client } = context;
  const { file, format } = parse(rest);
  const room = context.room();
  const path = pathOf(file);
  const count = await writeExport(path, exportLines(client, room, format));
  const lines = `${count} message${count === 1 ? '' : 's'} and events`;
  context.notice(`${around.label(room)} is in ${path} (${lines}).`);
}

/** A format is the last word; what the file is called says it too. */
function parse(rest: string): { readonly file: string; readonly format: ExportFormat } {
  const [, before, word] = /^(.*\S)\s+(json|text)$/i.exec(rest) ?? [];
  const file = before ?? rest;
  if (file === '') {
    throw new CommandRefused('Into which file? Type /export FILE, or /export FILE json for JSON lines.');
  }
  const isJson = word === undefined ? /\.jsonl?["']?$/i.test(file) : word.toLowerCase() === 'json';
  return { file, format: isJson ? 'json' : 'text' };
}

export const exportRoom: Command = {
  name: '/export',
  aliases: [],
  args: 'FILE [text | json]',
  argument: 'path',
  summary: 'write the whole room into a new file',
  asks: 'server',
  run: write,
};
