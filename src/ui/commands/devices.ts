// /link and /devices: the keys that speak for one. A one-time code makes another device the same member.
import type { DeviceId } from '../../protocol/packet.ts';
import { safeLine } from '../../text/safe-text.ts';
import { clock, moment } from '../text/format.ts';
import { type Command, type CommandContext, CommandRefused } from './command.ts';

async function makeCode(context: CommandContext): Promise<void> {
  const { code, until } = await context.client.link();
  const how = `On the other device: chat-tui LINK --code ${safeLine(code)}`;
  context.notice(`Your one-time code is ${safeLine(code)}, until ${clock(until)}. ${how}`);
}

async function listOrRevoke(context: CommandContext, rest: string): Promise<void> {
  const { client } = context;
  if (rest === '') {
    context.notice(await listOf(context));
    return;
  }
  const digits = /^revoke\s+#?(\d{1,15})$/i.exec(rest)?.[1];
  if (digits === undefined) {
    throw new CommandRefused(`“${rest}” is not understood. Type /devices, or /devices revoke NUMBER.`);
  }
  const device = Number(digits) as DeviceId;
  if (device === client.welcome?.device) {
    throw new CommandRefused('That is the device you are on. Revoke it from another one.');
  }
  await client.revoke(device);
  context.notice(`Device ${digits} is revoked: its key is nobody’s any more.`);
}

async function listOf({ client }: CommandContext): Promise<string> {
  const { devices } = await client.devices();
  const rows = devices.map(({ device, fingerprint, since, seen }) => {
    const here = device === client.welcome?.device ? ', this one' : '';
    const used = seen === undefined ? '' : `, last used ${moment(seen)}`;
    return `${device}  key ${fingerprint}, since ${moment(since)}${used}${here}`;
  });
  return ['Devices that speak for you; /devices revoke NUMBER ends one:', ...rows].join('\n');
}

export const link: Command = {
  name: '/link',
  aliases: [],
  args: '',
  summary: 'a one-time code that makes another device you',
  asks: 'server',
  run: makeCode,
};

export const devices: Command = {
  name: '/devices',
  aliases: [],
  args: '[revoke NUMBER]',
  argument: 'text',
  summary: 'your devices and their keys',
  asks: 'server',
  run: listOrRevoke,
};
