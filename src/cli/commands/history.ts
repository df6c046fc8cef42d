// `chat-tui history`: prints messages of a room, and with --follow what comes after them, over cuts and restarts.
import type { Client, ClientEvent } from '../../client/client.ts';
import { pastEvents, type Range } from '../../client/past.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { AnyEvent, Seq } from '../../protocol/packet.ts';
import { eventJson, eventLine } from '../../text/transcript.ts';
import { wholeNumber } from '../argv.ts';
import { withClient } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { parseSeq } from '../words.ts';

const limitDefault = 50;

export async function history(context: Context): Promise<number> {
  const range = rangeOf(context);
  return withClient(context, 'nick-if-known', async ({ client, room }) => {
    const { tail } = await client.ready();
    let last: Seq = range.after ?? tail;
    for await (const event of pastEvents(client, room, range)) {
      last = event.seq;
      await print(event, context);
    }
    if (context.flags.follow !== true) return exitCodes.done;
    await follow({ client, room, context, after: last });
    return exitCodes.done;
  });
}

function rangeOf({ flags }: Context): Range {
  if (flags.follow === true && flags.before !== undefined) {
    throw new UsageError('--follow prints what comes, so --before has no place beside it.');
  }
  return {
    limit: flags.limit === undefined ? limitDefault : wholeNumber('limit', flags.limit, 0),
    ...(flags.after === undefined ? {} : { after: parseSeq('after', flags.after) }),
    ...(flags.before === undefined ? {} : { before: parseSeq('before', flags.before) }),
  };
}

async function print(event: AnyEvent, { flags, output }: Context): Promise<void> {
  if (flags.json === true) {
    const value = eventJson(event);
    if (value !== undefined) await output.json(value);
    return;
  }
  const line = eventLine(event);
  if (line !== undefined) await output.line(line);
}

type Following = {
  readonly client: Client;
  readonly room: RoomName;
  readonly context: Context;
  readonly after: Seq;
};

/** Until the client ends for good: rejects with why. A signal ends the process. */
function follow({ client, room, context, after }: Following): Promise<void> {
  const { promise, reject, resolve } = Promise.withResolvers<void>();
  let printed = Promise.resolve();
  const take = (event: ClientEvent) => {
    if (event.type === 'status' && event.status.is === 'ended') {
      if (event.status.error === undefined) resolve();
      else reject(event.status.error);
    }
    if (event.type === 'events') printed = printed.then(() => printLive(event)).catch(reject);
  };
  const printLive = async ({ events, gaps }: Extract<ClientEvent, { type: 'events' }>) => {
    for (const gap of gaps.filter((one) => one.room === room)) {
      const missed = pastEvents(client, room, {
        limit: Number.MAX_SAFE_INTEGER,
        after: gap.after,
        before: gap.before,
      });
      for await (const event of missed) await print(event, context);
    }
    for (const event of events) await print(event, context);
  };
  client.listen(take);
  client.follow([room], after);
  return promise;
}
