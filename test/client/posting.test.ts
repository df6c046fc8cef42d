// What a member says on its way out: at the line's pace, in order, and settled by nothing but its own content.
import { describe, expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import { Posting } from '../../src/client/posting.ts';
import { postOf, type SayingPacket } from '../../src/client/saying.ts';
import { encode } from '../../src/protocol/codec.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { MemberId, Seq } from '../../src/protocol/packet.ts';
import { quickPayload } from '../../src/protocol/quick-frames.ts';
import { enter, general } from '../helpers/chat-client.ts';
import { memberOf, message, postId } from '../helpers/events.ts';
import { testServer } from '../helpers/test-server.ts';

const said = (text: string) => postOf(text, {});
const ada = { member: memberOf('ada'), nick: 'ada' };

function posting(self: { readonly member: MemberId; readonly nick: string } = ada) {
  const sent: SayingPacket[] = [];
  const queued = { bytes: 0, most: 0 };
  const line = {
    send: (post: SayingPacket) => {
      sent.push(post);
      queued.bytes += encode(post).length;
      queued.most = Math.max(queued.most, queued.bytes);
    },
    get queuedBytes() {
      return queued.bytes;
    },
  };
  const posts = new Posting({ now: () => 0, self: () => self, changed: () => {}, acked: () => {} });
  return { posts, line, sent, queued };
}

test('a plain text is written in the order that a server reads the quick way', () => {
  const { posts, line, sent } = posting();
  void posts.say(general, said('good morning'));
  posts.connected(line);
  const [post] = sent;
  expect(post).toBeDefined();
  // Behind the four bytes of its length.
  const payload = post && encode(post).subarray(4);
  expect(payload && quickPayload(payload)).toEqual(post);
});

const full = 'x'.repeat(limits.textBytes);

describe('a full outbox of full-size posts', () => {
  test('goes out in pieces that stay near the bound, each when acks say that the last was taken', async () => {
    const { posts, line, sent, queued } = posting();
    const all = Array.from({ length: limits.outboxEntries }, () => posts.say(general, said(full)));
    posts.connected(line);
    let turns = 0;
    for (let settled = 0; settled < all.length; turns += 1) {
      expect(queued.bytes).toBeLessThan(clientBounds.postsQueuedBytes + limits.frameBytesUp);
      queued.bytes = 0;
      const due = sent.slice(settled);
      expect(due.length).toBeGreaterThan(0);
      for (const { id } of due) {
        settled += 1;
        posts.settle(id, settled as Seq, 0);
      }
    }
    expect(queued.most).toBeLessThan(clientBounds.postsQueuedBytes + limits.frameBytesUp);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(limits.outboxEntries);
    await Promise.all(all);
    expect(turns).toBeGreaterThan(100);
  });

  test('reaches a real server over one connection that is never cut as slow', async () => {
    const server = await testServer({ noLimits: true });
    const { client, told } = await enter({ port: server.port, nick: 'ada' });
    const most = Math.ceil((3 * limits.sendQueueBytes) / limits.textBytes);
    const posts = Array.from({ length: most }, (_, n) => client.post(general, `${n} ${full.slice(10)}`));
    const places = await Promise.all(posts);
    expect(places.map(({ seq }) => seq)).toEqual(places.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect(told.filter((event) => event.type === 'welcome')).toHaveLength(1);
  });
});

describe('an own event before its ack', () => {
  const own = (text: string, more = {}) => message(9, text, { ...ada, id: postId(1), ...more });
  const waiting = () => {
    const { posts } = posting();
    const posted = posts.say(general, said('hi \ud800'), postId(1));
    return { posts, posted };
  };

  test('of the same content settles the post, a lone surrogate mended on the way', async () => {
    const { posts, posted } = waiting();
    expect(posts.settledBy(own('hi \ufffd'))).toBe(true);
    expect(await posted).toMatchObject({ seq: 9 });
    expect(posts.entries).toEqual([]);
  });

  test.each([
    ['other words', own('ho')],
    ['another message answered', own('hi \ufffd', { reply: 3 as Seq })],
    ['another style', own('hi \ufffd', { style: 'action' })],
    ['a file', own('hi \ufffd', { file: { name: 'x', size: 1, sha256: 'a'.repeat(64) } })],
    ['another room', own('hi \ufffd', { room: 'other' })],
    ['another member', own('hi \ufffd', { member: memberOf('bob') })],
  ])('of %s does not', (_, event) => {
    const { posts } = waiting();
    expect(posts.settledBy(event)).toBe(false);
    expect(posts.entries).toHaveLength(1);
  });
});

test('an id that is under way is the same post with the same words, and refused with others', async () => {
  const { posts } = posting();
  const first = posts.say(general, said('hi'), postId(1));
  expect(posts.say(general, said('hi'), postId(1))).toBe(first);
  await expect(posts.say(general, said('ho'), postId(1))).rejects.toMatchObject({ code: 'id-reused' });
  expect(posts.entries.map(({ saying }) => saying)).toEqual([said('hi')]);
});
