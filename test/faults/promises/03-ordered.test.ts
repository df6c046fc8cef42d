// Promise 3: the same order for everybody, no gap. Sixteen readers and four writers on lines that are cut behind random
// bytes, held, split and swallowed, while the server is frozen now and then; in the end all have read the same. The room
// is a large one, so that fan-outs are held back, and strict readers come and go on the bare wire meanwhile.
import { expect, test } from 'vitest';
import { general } from '../../helpers/chat-client.ts';
import { startProxy, type Proxy as TestProxy, type Ways } from '../../helpers/proxy.ts';
import { gatherBystanders } from '../harness/bystanders.ts';
import { Chat, fingerprint } from '../harness/chat.ts';
import { breaches } from '../harness/check.ts';
import { cutBehind, roughen } from '../harness/cuts.ts';
import { expectNone } from '../harness/expect-none.ts';
import { delay, load } from '../harness/load.ts';
import { patienceMs } from '../harness/patience.ts';
import { Served } from '../harness/served.ts';
import { readStored } from '../harness/stored.ts';
import { readStrictly } from '../harness/strict-reader.ts';
import { Tally } from '../harness/tally.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const messages = sized({ quick: 10_000, long: 100_000 });
const readersCount = 16;
const writersCount = 4;
const strictCount = 4;
/** From 100 on the writes to all take long enough that further batches are waited for. */
const bystanders = 100;
const lastWords = 'nothing comes behind this';
/** A connection lives for at most so many bytes; one in eight dies in its login. */
const bytesOfALine = { down: 250_000, up: 40_000, login: 700 };
const faultEveryMs = 800;
const frozenMs = 40;

const random = randomFrom(seed);
const fell = new Tally();
let isCalm = true;

function drawWays(): Ways {
  if (isCalm) return {};
  const isInLogin = random() < 0.12;
  const direction = random() < 0.6 ? 'down' : 'up';
  const bytes = random() * (isInLogin ? bytesOfALine.login : bytesOfALine[direction]);
  const ways = cutBehind(direction, Math.floor(bytes), (spot) => fell.add(`${direction} ${spot}`));
  return random() < 0.1 ? roughen(ways, random) : ways;
}

test(
  'all readers have read the same, in the same order, without a gap',
  async () => {
    const served = await Served.start({ args: ['--no-limits'], isPlain: true });
    const proxy = await startProxy(served.port, drawWays);
    const enter = (nick: string) =>
      Chat.enter({ nick, address: () => served.address(proxy.port) }, [general]);
    const chats: Chat[] = [];
    for (let n = 0; n < readersCount + writersCount; n += 1) chats.push(await enter(`chat${n}`));
    const writers = chats.slice(readersCount);
    await gatherBystanders(served, bystanders);
    const stored = new AbortController();
    const strict = Array.from({ length: strictCount }, (_, n) =>
      readStrictly({ address: served, nick: `strict${n}`, random, last: lastWords, isStored: stored.signal }),
    );
    isCalm = false;
    proxy.cutAll();
    const faults = playFaults(served, proxy);
    await load(writers, { room: general, window: 32, most: messages / writersCount, random }).done;
    isCalm = true;
    await faults.stop();
    await writers[0]?.post(general, lastWords);
    stored.abort();
    // What was not told live is asked for: nobody waits for ever for what a broken fan-out left out.
    proxy.cutAll();
    const posts = writers.flatMap((writer) => writer.posts);
    const last = Math.max(...posts.map(({ seq = 0 }) => seq));
    await Promise.all(chats.map((chat) => chat.until(() => chat.newest >= last)));
    const gaps = chats.reduce((sum, chat) => sum + chat.gaps.length, 0);
    await Promise.all(chats.map((chat) => chat.fillGaps()));
    const strictly = await Promise.all(strict);
    const readings = [
      ...chats.map((chat) => chat.reading([general])),
      ...strictly.map(({ reading }) => reading),
    ];
    await served.end('SIGTERM');
    const { rows } = readStored(served.data);
    expectNone(breaches({ posts, rows, readings }));
    expect(posts.filter(({ seq }) => seq === undefined)).toEqual([]);
    const prints = new Set(readings.map(fingerprint));
    expect([...prints]).toHaveLength(1);
    const logins = chats.reduce((sum, chat) => sum + chat.logins, 0);
    const comings = strictly.reduce((sum, { connections }) => sum + connections, 0);
    report({
      promise: 3,
      did: `${posts.length} messages to ${chats.length} chats and ${bystanders} bystanders, ${fell.total} cuts by bytes, ${faults.played}`,
      saw: `${logins} logins and ${comings} of strict readers, one fingerprint for all, each author's order kept, ${gaps} told gaps filled. Fell: ${fell}`,
    });
  },
  patienceMs,
);

/** The fault thread: freezes the server, or swallows everything on all lines for a while and then cuts them. */
function playFaults(served: Served, proxy: TestProxy) {
  const played = new Tally();
  let isOver = false;
  const play = async () => {
    while (!isOver) {
      await delay(random() * faultEveryMs);
      const isFreeze = random() < 0.6;
      played.add(isFreeze ? 'freezes of the server' : 'black holes');
      if (isFreeze) served.signal('SIGSTOP');
      else proxy.blackHole();
      await delay(random() * frozenMs);
      if (isFreeze) served.signal('SIGCONT');
      else proxy.cutAll();
    }
  };
  const done = play();
  return {
    played,
    stop: async () => {
      isOver = true;
      await done;
    },
  };
}
