// Plain mode against a real server: lines in, lines out, nothing lost however long the input.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { Seq } from '../../src/protocol/packet.ts';
import { type PlainOptions, postsWaitingMax, runPlain } from '../../src/ui/plain.ts';
import { enter, general, type TestClient, testClient } from '../helpers/chat-client.ts';
import { greeting, postId } from '../helpers/events.ts';
import { fakeClient } from '../helpers/fake-client.ts';
import { testFolder, testServer } from '../helpers/test-server.ts';

class Page extends Writable {
  text = '';
  readonly #waiting = new Set<() => void>();
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    for (const look of this.#waiting) look();
    done();
  }
  /** Resolves when the text holds `part`. */
  shows(part: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.text.includes(part)) resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function start(client: Client, more: Partial<PlainOptions> = {}) {
  const [input, output, errors] = [new PassThrough(), new Page(), new Page()];
  const ended = runPlain({
    client,
    room: general,
    input,
    output,
    errors,
    isInputTty: false,
    commands: false,
    downloads: '/nowhere',
    ...more,
  });
  return { input, output, errors, ended };
}

async function pair(): Promise<{ readonly bob: TestClient; readonly ada: Client; readonly port: number }> {
  const { port } = await testServer({ noLimits: true });
  const bob = await enter({ port, nick: 'bob' });
  return { bob, ada: testClient({ port, nick: 'ada' }).client, port };
}

/** Lines of the page without times and the day. */
const said = (page: Page) =>
  page.text
    .split('\n')
    .filter((line) => !line.startsWith('---'))
    .map((line) => line.replace(/^\d\d:\d\d /, ''));

describe('from a pipe', () => {
  test.each(['/search dd', '/mentions', '/files'])(
    '%s before the server is there waits for it',
    async (line) => {
      const { ada, bob } = await pair();
      await bob.client.post(general, 'dd');
      const { input, output, errors, ended } = start(ada, { commands: true });
      expect(ada.status.is).toBe('connecting');
      input.end(`${line}\n`);
      expect((await ended).code).toBe(0);
      expect(output.text + errors.text).not.toContain('not connected');
      expect(output.text).toMatch(line === '/search dd' ? /#general.* dd/ : /Nothing was found/);
    },
  );

  test('/goto a number that no message of the room has says so', async () => {
    const { ada, bob } = await pair();
    await bob.client.post(general, 'dd');
    const { input, output, ended } = start(ada, { commands: true });
    input.end('/goto #999\n');
    expect((await ended).code).toBe(0);
    expect(output.text).toContain('There is no message #999 in #general.');
  });

  test('every line is a message, also one that looks like a command, and the end leaves when all is stored', async () => {
    const { ada, bob } = await pair();
    const { input, ended } = start(ada);
    input.end('one\n/quit\n!DISCONNECT\n\n  \nlast without a line end');
    expect(await ended).toEqual({ why: 'quit', code: 0 });
    const expected = ['one', '/quit', '!DISCONNECT', 'last without a line end'];
    await bob.until(() => bob.texts().length === expected.length);
    expect(bob.texts()).toEqual(expected);
  });

  test('an input longer than the outbox arrives whole and in order, with a bounded number under way', async () => {
    const { ada, bob } = await pair();
    let most = 0;
    ada.listen(() => {
      most = Math.max(most, ada.outbox.length);
    });
    const { input, ended } = start(ada);
    const lines = Array.from({ length: limits.outboxEntries + 500 }, (_, index) => `line ${index}`);
    input.end(lines.join('\n'));
    expect(await ended).toEqual({ why: 'quit', code: 0 });
    await bob.until(() => bob.texts().length === lines.length);
    expect(bob.texts()).toEqual(lines);
    expect(most).toBeLessThanOrEqual(postsWaitingMax);
  });

  test('a line that is too long is cut, and nothing of it is lost', async () => {
    const { ada, bob } = await pair();
    const { input, ended } = start(ada);
    const long = 'é'.repeat(limits.textBytes);
    input.end(`${long}\nend\n`);
    await ended;
    await bob.until(() => bob.texts().at(-1) === 'end');
    expect(bob.texts().slice(0, -1).join('')).toBe(long);
  });

  test('colours are dropped, wherever a chunk ends', async () => {
    const { ada, bob } = await pair();
    const { input, ended } = start(ada);
    input.write('\x1b[32m✓\x1b[0m built\n\x1b[3');
    input.end('1mred\x1b[0m\n');
    await ended;
    await bob.until(() => bob.texts().length === 2);
    expect(bob.texts()).toEqual(['✓ built', 'red']);
  });

  test('an empty input still tells whether one was let in', async () => {
    const { ada, port } = await pair();
    const { input, ended } = start(ada);
    input.end();
    expect(await ended).toEqual({ why: 'quit', code: 0 });
    const taken = start(testClient({ port, nick: 'bob' }).client);
    taken.input.end();
    expect(await taken.ended).toMatchObject({ why: 'ended', message: expect.stringContaining('taken') });
  });

  test('with commands allowed, lines may be commands', async () => {
    const { ada } = await pair();
    const { input, output, ended } = start(ada, { commands: true });
    input.write('!info\n/quit\n');
    expect((await ended).code).toBe(0);
    expect(said(output)).toContain('2 online: ada, bob');
  });

  test('a refused message is told once, the others are sent, and the end is the code of a refusal', async () => {
    const sent: string[] = [];
    const client: Client = {
      ...fakeClient(),
      ready: async () => greeting,
      post: async (_room, text) => {
        if (text === 'bad') throw new Refusal('not-allowed', 'You may not say that here.');
        sent.push(text);
        return { seq: 1 as Seq, at: 0, id: postId(1) };
      },
    };
    const { input, errors, ended } = start(client);
    input.end('one\nbad\ntwo\n');
    expect(await ended).toEqual({ why: 'quit', code: 5 });
    expect([sent, errors.text]).toEqual([['one', 'two'], 'not sent: You may not say that here.\n']);
  });

  test('a reader that goes away ends it quietly', async () => {
    const { ada } = await pair();
    const output = new Page();
    const { ended } = start(ada, { output });
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await ended).toEqual({ why: 'quit', code: 0 });
  });

  test('a client that is refused for good ends it with the reason', async () => {
    const { port } = await pair();
    const { client } = testClient({ port, nick: 'bob' });
    const { ended, input } = start(client);
    expect(await ended).toMatchObject({ why: 'ended', code: 1, message: expect.stringContaining('taken') });
    expect(input.destroyed).toBe(false);
  });
});

describe('what is printed', () => {
  test('the newest of the past, then what comes, by one line each', async () => {
    const { ada, bob } = await pair();
    for (let index = 0; index < 60; index += 1) await bob.client.post(general, `old ${index}`);
    const { input, output, ended } = start(ada);
    await output.shows('old 59');
    await bob.client.post(general, 'waves', { style: 'action' });
    await output.shows('waves');
    input.end('mine\n');
    await ended;
    const lines = said(output);
    expect(lines.filter((line) => line.startsWith('<bob> old'))).toHaveLength(40 - 1);
    expect(lines).toContain('* bob waves');
    expect(lines).toContain('<ada> mine');
  });

  test('nothing that somebody wrote is obeyed, and no row of it looks like another message', async () => {
    const { ada, bob } = await pair();
    const { input, output, ended } = start(ada);
    await bob.client.post(general, 'a\x1b[31mred\x07\n12:00 <ada> I owe you 100');
    await output.shows('100');
    input.end();
    await ended;
    expect(output.text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(output.text).toContain('\n      | 12:00 <ada> I owe you 100');
  });

  test('who comes and goes', async () => {
    const { ada, bob, port } = await pair();
    const { input, output, ended } = start(ada);
    // Signals come in batches: who goes within one was never there.
    const isSeen = new Promise<void>((resolve) => {
      ada.listen((event) => {
        if (event.type === 'presence' && event.presence.changes.some(({ nick }) => nick === 'eve')) resolve();
      });
    });
    const eve = await enter({ port, nick: 'eve' });
    await output.shows('eve joined #general');
    await isSeen;
    await eve.client.close('quit');
    await output.shows('eve left');
    await bob.client.rename('bertha');
    await output.shows('bob is bertha now');
    input.end();
    await ended;
  });
});

describe('at a terminal', () => {
  test('lines may be commands, and own words are not printed again', async () => {
    const { ada, bob } = await pair();
    const output = Object.assign(new Page(), { isTTY: true });
    const { input, ended } = start(ada, { isInputTty: true, output });
    input.write('hello\n!INFO\n/whoo\n/file /no/such/file\n');
    await output.shows('2 online: ada, bob');
    await output.shows('/whoo is no command, nothing was sent. Did you mean /who?');
    await output.shows('/no/such/file');
    input.write('/quit\n');
    expect((await ended).code).toBe(0);
    await bob.until(() => bob.texts().length === 1);
    expect(bob.texts()).toEqual(['hello']);
    expect(output.text).not.toContain('<ada> hello');
  });

  test('a file is fetched by its name, and where it was saved is said once', async () => {
    const { ada, bob } = await pair();
    const folder = await testFolder();
    await writeFile(join(folder, 'my plan.txt'), 'plan');
    await bob.client.upload(general, join(folder, 'my plan.txt'));
    const downloads = join(folder, 'downloads');
    const { input, output, ended } = start(ada, { commands: true, downloads });
    await output.shows('sent file');
    input.write('/get my plan\n');
    await output.shows(`Saved as ${join(downloads, 'my plan.txt')}`);
    input.end();
    await ended;
    expect(output.text.split('Saved as')).toHaveLength(2);
    expect(await readFile(join(downloads, 'my plan.txt'), 'utf8')).toBe('plan');
  });
});
