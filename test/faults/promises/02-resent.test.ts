// Promise 2: no duplicate in the log, and no post taken for another. Connections are cut between a post and its ack,
// each time the client sends again; the server restarts among it; two processes speak with one key; a profile comes
// back from a backup. Each (device, id) stands in the log once, with what was sent, and answers its first seq for ever.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { PostId } from '../../../src/protocol/packet.ts';
import { general } from '../../helpers/chat-client.ts';
import { Home } from '../../helpers/program.ts';
import { startProxy, type Ways } from '../../helpers/proxy.ts';
import { newId, WireClient } from '../../helpers/wire-client.ts';
import { Chat } from '../harness/chat.ts';
import { breaches, type Posted } from '../harness/check.ts';
import { cutAtFrame, type FrameCut } from '../harness/cuts.ts';
import { expectNone } from '../harness/expect-none.ts';
import { load } from '../harness/load.ts';
import { patienceMs } from '../harness/patience.ts';
import { Served } from '../harness/served.ts';
import { readStored } from '../harness/stored.ts';
import { Tally } from '../harness/tally.ts';
import { randomFrom, report, seed, sized } from '../size.ts';

const cutsWanted = sized({ quick: 200, long: 20_000 });
const cutsOfAServer = sized({ quick: 50, long: 500 });
const resends = sized({ quick: 100, long: 2_000 });
const pairs = sized({ quick: 2, long: 40 });
const authors = 4;
const random = randomFrom(seed);

/** Where a connection is cut, and how often. */
const plans: ReadonlyArray<readonly [share: number, cut: FrameCut]> = [
  [0.4, { direction: 'down', kind: 'ack', where: 'inside' }],
  [0.25, { direction: 'up', kind: 'post', where: 'behind' }],
  [0.2, { direction: 'up', kind: 'post', where: 'inside' }],
  [0.05, { direction: 'down', kind: 'welcome', where: 'inside' }],
  [0.05, { direction: 'up', kind: 'hello', where: 'inside' }],
  [0.05, { direction: 'down', kind: 'page', where: 'inside' }],
];

function drawPlan(): FrameCut {
  let left = random();
  const plan = plans.find(([share]) => {
    left -= share;
    return left < 0;
  });
  return plan?.[1] ?? { direction: 'down', kind: 'ack', where: 'inside' };
}

const isBetweenSendAndAck = ({ kind }: FrameCut) => kind === 'ack' || kind === 'post';

test(
  'what is sent again after a cut is in the log once, as it was written',
  async () => {
    const served = await Served.start({ args: ['--no-limits'], isPlain: true });
    const fell = new Tally();
    let [between, isCalm, restarts] = [0, true, 0];
    const ways = (): Ways => {
      if (isCalm) return {};
      const plan = drawPlan();
      return cutAtFrame(plan, random, (spot) => {
        fell.add(spot);
        if (isBetweenSendAndAck(plan)) between += 1;
      });
    };
    const proxy = await startProxy(served.port, ways);
    const address = () => served.address(proxy.port);
    const chats: Chat[] = [];
    for (let n = 0; n < authors; n += 1) {
      chats.push(await Chat.enter({ nick: `author${n}`, address, random: () => 0 }, [general]));
    }
    isCalm = false;
    proxy.cutAll();
    const going = load(chats, { room: general, window: 3, random });
    while (between < cutsWanted) {
      const fallen = proxy.fallen();
      await proxy.untilFallen(fallen + 1);
      if (between < cutsOfAServer * (restarts + 1)) continue;
      restarts += 1;
      await served.end(restarts % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await served.start();
    }
    isCalm = true;
    proxy.cutAll();
    await going.stop();
    const posts = chats.flatMap((chat) => chat.posts);
    const last = Math.max(...posts.map(({ seq = 0 }) => seq));
    await Promise.all(chats.map((chat) => chat.until(() => chat.newest >= last)));
    await Promise.all(chats.map((chat) => chat.fillGaps()));
    const readings = chats.map((chat) => chat.reading([general]));
    await served.end('SIGTERM');
    const { rows } = readStored(served.data);
    expectNone(breaches({ posts, rows, readings }));
    report({
      promise: 2,
      did: `${between} connections of ${authors} authors cut between a post and its ack, ${restarts} restarts among them`,
      saw: `${posts.length} posts, each once and as sent. Fell: ${fell}`,
    });
  },
  patienceMs,
);

/** What differs from the post in one thing. */
const others: ReadonlyArray<readonly [what: string, other: Partial<Posted> & { readonly style?: 'action' }]> =
  [
    ['text', { text: 'other words' }],
    ['room', { room: 'other' }],
    ['style', { style: 'action' }],
  ];

test(
  'after restarts an id answers its first seq, and nothing else passes under it',
  async () => {
    const served = await Served.start({ args: ['--no-limits'], isPlain: true });
    const author = await Chat.enter({ nick: 'ada', address: () => served.address() }, [
      general,
      'other' as RoomName,
    ]);
    for (let n = 0; n < resends; n += 1) void author.post(general, `message ${n}`);
    await author.until(() => author.unanswered === 0);
    await author.client.close('done');
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await served.end(signal);
      await served.start();
      const again = await WireClient.login({ port: served.port }, {}, author.device);
      for (const { id, room, text, seq } of author.posts) {
        const name = { id: id as PostId, room: room as RoomName };
        expect((await again.post(text, name)).seq, 'a resend is answered with the first seq').toBe(seq);
        const [what, other] = others[Math.floor(random() * others.length)] ?? ['', {}];
        const refused = again.post(other.text ?? text, { ...name, ...(other as object) });
        await expect(refused, `another ${what} under the same id is refused`).rejects.toMatchObject({
          code: 'id-reused',
        });
      }
      await again.close();
    }
    await served.end('SIGTERM');
    expectNone(breaches({ posts: author.posts, rows: readStored(served.data).rows }));
    report({
      promise: 2,
      did: `${2 * resends} resends of acknowledged ids after a kill and after a stop, as many with other content`,
      saw: 'the first seq each time; other content refused each time',
    });
  },
  patienceMs,
);

type Sent = { readonly seq: number; readonly id: string };
type Words = { readonly served: Served; readonly home: Home; readonly id: PostId; readonly text: string };

/** `chat-tui send` as a process of its own; what it prints, or its exit code. */
async function send({ served, home, id, text }: Words): Promise<Sent | number> {
  const { pin } = served.address();
  const link = `chat://127.0.0.1:${served.port}/general#${pin}`;
  const words = ['send', '--server', link, '--nick', 'ada', '--json', '--id', id, text];
  const { code, stdout } = await home.run(words);
  return code === 0 ? (JSON.parse(stdout) as Sent) : code;
}

const refusedCode = 5;

describe('one key in two places', () => {
  test(
    'two processes at once: one id is one message, and its seq or a refusal is what each hears',
    async () => {
      await using home = new Home();
      const served = await Served.start();
      await send({ served, home, id: newId(), text: 'the first, which makes the profile' });
      for (let n = 0; n < pairs; n += 1) {
        const [same, other] = [newId(), newId()];
        const answers = await Promise.all([
          send({ served, home, id: same, text: `same ${n}` }),
          send({ served, home, id: same, text: `same ${n}` }),
          send({ served, home, id: other, text: `this ${n}` }),
          send({ served, home, id: other, text: `that ${n}` }),
        ]);
        const [one, two, ...three] = answers;
        expect(one).toMatchObject({ id: same });
        expect(two).toEqual(one);
        expect(three.toSorted((a, b) => Number(a === refusedCode) - Number(b === refusedCode))).toEqual([
          { seq: expect.any(Number), id: other, room: 'general' },
          refusedCode,
        ]);
      }
      await served.end('SIGTERM');
      const { rows } = readStored(served.data);
      expect(rows.filter(({ type }) => type === 'message')).toHaveLength(1 + 2 * pairs);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      report({
        promise: 2,
        did: `${2 * pairs} times two processes with one key sent one id at once, half of them with other words`,
        saw: 'one message each; the same words got one seq, other words one place and one refusal',
      });
    },
    patienceMs,
  );

  test(
    'a profile that came back from a backup: its old ids answer their seq, its new ones meet none',
    async () => {
      await using home = new Home();
      await using restored = new Home();
      const served = await Served.start();
      const before = newId();
      const first = await send({ served, home, id: before, text: 'before the backup' });
      cpSync(join(home.dir, 'data', 'profiles'), join(restored.dir, 'data', 'profiles'), { recursive: true });
      const after = newId();
      const second = await send({ served, home, id: after, text: 'after the backup' });
      expect(await send({ served, home: restored, id: before, text: 'before the backup' })).toEqual(first);
      expect(await send({ served, home: restored, id: after, text: 'after the backup' })).toEqual(second);
      expect(await send({ served, home: restored, id: after, text: 'what came to mind' })).toBe(refusedCode);
      const fresh = newId();
      expect(await send({ served, home: restored, id: fresh, text: 'from the restored one' })).toMatchObject({
        id: fresh,
      });
      await served.end('SIGTERM');
      const rows = readStored(served.data).rows.filter(({ type }) => type === 'message');
      expect(rows.map(({ id, text }) => [id, text])).toEqual([
        [before, 'before the backup'],
        [after, 'after the backup'],
        [fresh, 'from the restored one'],
      ]);
      expect(new Set(rows.map(({ device, member }) => `${device} ${member}`)).size).toBe(1);
    },
    patienceMs,
  );
});
