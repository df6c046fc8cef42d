// The nearest of some names to one that is unknown, for the sentence of a refusal.
import { Refusal } from '../../protocol/errors.ts';
import { editDistance } from '../../text/edit-distance.ts';
import { type CommandContext, CommandRefused } from './command.ts';

/** Names that are compared: a large server's list must not hold up a sentence. */
const comparedMax = 5_000;

/** A third of the letters may be wrong, and one in a short name; or the name was not typed to its end. */
export function nearestOf(typed: string, names: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const near = names
    .slice(0, comparedMax)
    .map((name) => ({ name, edits: editDistance(wanted, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits > 0 && edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((one, other) => one.edits - other.edits);
  const begun = wanted.length > 1 ? names.find((name) => name.toLowerCase().startsWith(wanted)) : undefined;
  return near[0]?.name ?? (begun?.toLowerCase() === wanted ? undefined : begun);
}

/** Runs what names a member; where there is none of that nick, the nearest is offered. */
export async function withNick<Result>(
  context: CommandContext,
  nick: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'no-such-member') throw error;
    const meant = nearestOf(nick, await nicksOf(context));
    const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new CommandRefused(`Nobody here is called ${nick}.${question}`, { cause: error });
  }
}

/** All members; where that cannot be had, those who are known here. */
async function nicksOf({ client, around }: CommandContext): Promise<readonly string[]> {
  try {
    const { people } = await client.who({ all: true, most: comparedMax });
    return people.map(({ nick }) => nick);
  } catch {
    return around.nicks();
  }
}

/** The first word, without an `@` in front, and what stands behind it. */
export function nickAndRest(typed: string): { readonly nick: string; readonly rest: string } {
  const [, nick = '', rest = ''] = /^@?(\S*)\s*([\s\S]*)$/.exec(typed) ?? [];
  return { nick, rest };
}
