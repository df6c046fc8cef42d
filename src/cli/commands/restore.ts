// `chat-tui restore --keys FILE`: takes back the keys that `backup --keys` wrote. A profile that has another key stays as
// it is, and that is said: nobody loses who they are here.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { safeLine } from '../../text/safe-text.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { unseal } from '../key-file.ts';
import { knownPassphrase } from '../passphrase.ts';
import { type KeptKey, type Restored, restoreKey } from '../profiles.ts';

export async function restore(context: Context): Promise<number> {
  const { flags, paths, output, stderr } = context;
  const text = await readFile(resolve(flags.keys ?? ''), 'utf8');
  const keys = await unseal(text, await knownPassphrase(context));
  const done: { readonly key: KeptKey; readonly became: Restored }[] = [];
  for (const key of keys) done.push({ key, became: await restoreKey(paths.data, key) });
  const count = (wanted: Restored) => done.filter(({ became }) => became === wanted).length;
  const left = done.filter(({ became }) => became === 'another is there');
  if (flags.json === true) {
    await output.json({
      restored: count('restored'),
      there: count('there already'),
      left: left.map(({ key: { server, nick } }) => ({ server, nick })),
    });
  } else {
    await output.line(`${count('restored')} restored, ${count('there already')} there already`);
  }
  for (const { key } of left) {
    stderr.write(
      `chat-tui: ${safeLine(key.nick)} on ${safeLine(key.server)} has another key here, which stays. ` +
        'To have that of the file, restore it into another folder with --dir DIR.\n',
    );
  }
  return left.length === 0 ? exitCodes.done : exitCodes.failure;
}
