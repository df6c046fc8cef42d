// /topic: what the open room is about; with a text, from now on.
import { limits } from '../../protocol/limits.ts';
import { type Command, type CommandContext, CommandRefused, unquote } from './command.ts';

async function setOrTell(context: CommandContext, rest: string): Promise<void> {
  const { around, client } = context;
  const room = context.room();
  if (rest === '') {
    const topic = around.rooms().find((one) => one.room === room)?.topic ?? '';
    const about = topic === '' ? `${around.label(room)} has no topic. /topic TEXT sets one.` : topic;
    context.notice(about);
    return;
  }
  const text = unquote(rest).replace(/\s*\n\s*/g, ' ');
  if (text.length > limits.topicChars) {
    const over = `It has ${text.length} characters, and a topic at most ${limits.topicChars}.`;
    throw new CommandRefused(`This is too long for a topic. ${over}`);
  }
  try {
    await client.say(room, { kind: 'topic', text });
  } catch (error) {
    // It comes back into the composer; there is nothing to try again in the outbox.
    for (const entry of client.outbox) if (entry.error === error) client.drop(entry.id);
    throw error;
  }
}

export const topic: Command = {
  name: '/topic',
  aliases: [],
  args: '[TEXT]',
  argument: 'text',
  summary: 'tell the topic of the room, or set it ("" takes it away)',
  run: setOrTell,
};
