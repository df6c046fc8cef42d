// Hostile words in everything that is printed line by line: plain mode, the scripts' output, errors and the server's
// log. No sequence, no control character and no line that somebody did not write; and the real commands against a
// server that says such words.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorText } from '../../src/cli/exit-code.ts';
import { makeServerKey } from '../../src/net/identity.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { formatLogLine, type LogLine, sayTo } from '../../src/server/log-line.ts';
import { eventJson, eventLine, jsonLine } from '../../src/text/transcript.ts';
import { eventLine as plainLine, presenceLine } from '../../src/ui/plain-lines.ts';
import { checkStream } from '../corpus/check.mjs';
import { memberOf, message, noon, room } from '../helpers/events.ts';
import { framed, hostileServer, type Script } from '../helpers/hostile-server.ts';
import { testFolder } from '../helpers/test-server.ts';
import { byClass, escapes } from '../text/corpus.ts';

/** What may not stand in any line, whatever made it: C0 but LF, DEL, C1, bidi controls, further line ends. */
const forbidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const isClean = (text: string) =>
  !forbidden.test(text) && text.isWellFormed() && checkStream(text, () => false).length === 0;

const fileOf = (name: string) => ({ name, size: 1, sha256: 'a'.repeat(64) as never });
const person = (nick: string, was: string) => ({
  member: memberOf('bob'),
  state: 'online' as const,
  since: noon,
  rooms: [room],
  nick,
  was,
});

function logged(text: string): string {
  const lines: LogLine[] = [];
  sayTo(
    (line) => lines.push(line),
    () => noon,
  )('info', 'login', { nick: text, agent: text });
  return lines.map(formatLogLine).join('\n');
}

/** Each makes one line. */
const lines: Readonly<Record<string, (text: string) => string | undefined>> = {
  'plain: a nick': (text) => plainLine(message(1, 'hi', { nick: text })),
  'plain: a file': (text) => plainLine(message(1, '', { file: fileOf(text) })),
  'plain: a new nick': (text) => presenceLine(person(text, `${text}x`), noon),
  'history: a nick': (text) => eventLine(message(1, 'hi', { nick: text })),
  'history: a file': (text) => eventLine(message(1, '', { file: fileOf(text) })),
  'history --json: a text': (text) => jsonLine(eventJson(message(1, text)) ?? {}),
  'history --json: a file': (text) => jsonLine(eventJson(message(1, '', { file: fileOf(text) })) ?? {}),
  "the server's log": logged,
};

/** Further rows of one message, and what each of them begins with. */
const rows: Readonly<Record<string, readonly [begin: RegExp, make: (text: string) => string | undefined]>> = {
  'plain: a text': [/^ {6}\| /, (text) => plainLine(message(1, text))],
  'plain: an action': [/^ {6}\| /, (text) => plainLine(message(1, text, { style: 'action' }))],
  'history: a text': [/^ {4}/, (text) => eventLine(message(1, text))],
  'history: an action': [/^ {4}/, (text) => eventLine(message(1, text, { style: 'action' }))],
};

describe('all 568 records', () => {
  test.each(Object.entries(lines))('%s is one clean line', (_, make) => {
    const wrong = escapes.filter(({ text }) => {
      const line = make(text) ?? '';
      return !isClean(line) || line.includes('\n');
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test.each(Object.entries(rows))('%s is clean, and each further row begins as one', (_, [begin, make]) => {
    const wrong = escapes.filter(({ text }) => {
      const [first = '', ...further] = (make(text) ?? '').split('\n');
      return !isClean(first) || further.some((row) => !isClean(row) || !begin.test(row));
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('an error of a server is clean', () => {
    const wrong = escapes.filter(({ text }) => !isClean(errorText(new Refusal('quota', text), {})));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('a JSON line says the same text still', () => {
    for (const { text } of escapes) {
      expect(JSON.parse(jsonLine({ text }))).toEqual({ text: JSON.parse(JSON.stringify(text)) });
    }
  });
});

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const key = await makeServerKey();
const samples = [0, 1].flatMap((n) => byClass(escapes).flatMap(([, records]) => records.slice(n, n + 1)));
/** As many as `history` prints unless told, and few enough bytes for one page. */
const words = samples
  .map(({ text }) => text.slice(0, 400))
  .filter((text) => text !== '')
  .slice(0, 50);

/** The real program, from its sources, against the server. */
async function run(script: Script, args: readonly string[]) {
  const server = await hostileServer(script, { key });
  const start = `import { main } from ${JSON.stringify(main)}; process.exitCode = await main(process.argv.slice(1));`;
  const where = ['--server', `127.0.0.1:${server.port}`, '--dir', await testFolder(), '--nick', 'ada'];
  const options = ['--input-type=module', '--no-warnings', '-e', start, '--', ...args, ...where];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

const history: Script['history'] = ({ req }, line) => {
  const events = words.map((text, n) =>
    message(n + 1, text, { nick: text.slice(0, 128), member: memberOf('bob') }),
  );
  line.send(framed({ kind: 'past', re: req, room: 'general', events, more: false }));
};

const who: Script['who'] = ({ req }, line) => {
  const people = words.map((text, n) => ({
    ...person(text.slice(0, 128), ''),
    member: n + 1,
    was: undefined,
  }));
  line.send(framed({ kind: 'roster', re: req, online: people.length, people }));
};

describe('the commands against a hostile server', () => {
  test.each([
    ['history', { history }, ['history']],
    ['history --json', { history }, ['history', '--json']],
    ['who', { who }, ['who']],
    ['who --json', { who }, ['who', '--json']],
  ])('%s prints clean lines', async (_, script, args) => {
    const { code, stdout, stderr } = await run(script, args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(chat-tui: the key of [\d.:]+ was not known .*\n)?$/);
    expect(isClean(stdout)).toBe(true);
    const authored = stdout.split('\n').filter((row) => row !== '' && !row.startsWith('    '));
    expect(authored).toHaveLength(words.length);
  });

  test('an error that says them all is printed clean, with the exit code of its kind', async () => {
    const text = words.join(' ').slice(0, 400);
    const refuse: Script['history'] = ({ req }, line) =>
      line.send(framed({ kind: 'error', code: 'not-allowed', message: text, re: req }));
    const { code, stdout, stderr } = await run({ history: refuse }, ['history']);
    expect([code, stdout]).toEqual([5, '']);
    expect(isClean(stderr)).toBe(true);
    expect(stderr.length).toBeGreaterThan(200);
  });
});
