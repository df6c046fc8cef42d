// /room: who may enter the open room and what newcomers to a private one may read; its owner may change both.
import { type Command, type CommandContext, CommandRefused, type KnownRoom } from './command.ts';

type To = Parameters<CommandContext['client']['configure']>[1];

const ways: Readonly<Record<string, To>> = {
  public: { access: 'public' },
  private: { access: 'private' },
  'past whole': { past: 'whole' },
  'past invited': { past: 'invited' },
};

async function configure(context: CommandContext, rest: string): Promise<void> {
  const { around, client } = context;
  const room = context.room();
  const wanted = rest.toLowerCase().replace(/\s+/g, ' ');
  if (wanted === '') {
    const held = around.rooms().find((one) => one.room === room);
    context.notice(
      `${around.label(room)} ${held ? settings(held, client.welcome?.member) : 'is not joined.'}`,
    );
    return;
  }
  const to = ways[wanted];
  if (!to) {
    const choice = '/room public, /room private, /room past whole or /room past invited';
    throw new CommandRefused(`“${rest}” is nothing that a room can be. Type ${choice}.`);
  }
  const note = await client.configure(room, to);
  around.addRoom(note);
  context.notice(`${around.label(room)} ${settings(note, client.welcome?.member)}`);
}

function settings({ access, past, owner }: KnownRoom, me: number | undefined): string {
  if (access === 'direct') return 'is between the two of you.';
  const whose = owner === undefined ? '' : owner === me ? ' It is yours.' : '';
  if (access === 'public') return `is public: everybody here can come in and read its whole past.${whose}`;
  const read = past === 'whole' ? 'the whole past' : 'what is said from their invitation on';
  return `is private: by invitation only, newcomers read ${read}.${whose}`;
}

export const roomCommand: Command = {
  name: '/room',
  aliases: ['/configure'],
  args: '[public | private | past whole | past invited]',
  argument: 'text',
  summary: 'who may enter the room, and whether newcomers read its past',
  asks: 'server',
  run: configure,
};
