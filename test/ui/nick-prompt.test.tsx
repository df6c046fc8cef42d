// The nick prompt: what is typed is what is asked, whatever the chunks; the component alone and over a terminal's stream.
import { PassThrough } from 'node:stream';
import { render } from 'ink-testing-library';
import { describe, expect, test } from 'vitest';
import { askNick, NickPrompt } from '../../src/ui/nick-prompt.tsx';

class Terminal extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(to: boolean) {
    this.isRaw = to;
    return this;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}

function ask(offered: string, error?: string) {
  const stdin = new Terminal();
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let shown = '';
  let wasRaw: boolean | undefined;
  stdout.on('data', (chunk: Buffer) => {
    wasRaw ??= stdin.isRaw;
    shown += chunk.toString();
  });
  const answer = askNick({
    offered,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    ...(error === undefined ? {} : { error }),
  });
  return { stdin, answer, shown: () => shown, wasRaw: () => wasRaw };
}

describe('the question', () => {
  test.each([
    ['a chunk with several keys', 'ad\x1b[Db\x7fb\r', 'abd'],
    ['the offered name', '\r', 'user'],
    ['the offered name, changed', '\x7f\x7f\x7f\x7fada\r', 'ada'],
    ['two backspaces in one chunk', 'adaxx\x7f\x7f\r', 'ada'],
    ['five backspaces in one chunk', 'adaxxxxx\x7f\x7f\x7f\x7f\x7f\r', 'ada'],
    ['a paste, its line ends dropped', '\x1b[200~ada\r\n\x1b[201~\r', 'ada'],
    ["a terminal's answer that is not typed", '\x1b]11;rgb:0/0/0\x07ada\r', 'ada'],
    ['control keys that type nothing', '\x01\x05\x17\x0bada\r', 'ada'],
    ['Enter too early', '1x\x7f\r\x7fada\r', 'ada'],
    ['two letters of another script', 'жук\r', 'жук'],
  ])('%s', async (_what, keys, nick) => {
    const { stdin, answer } = ask(keys.startsWith('\r') || keys.startsWith('\x7f') ? 'user' : '');
    stdin.write(keys);
    expect(await answer).toBe(nick);
  });

  test('the keyboard is raw before the question is there, and not any more behind it', async () => {
    const { stdin, answer, wasRaw } = ask('user');
    stdin.write('\r');
    expect(await answer).toBe('user');
    expect([wasRaw(), stdin.isRaw]).toEqual([true, false]);
  });

  test.each([
    ['Esc', '\x1b'],
    ['Ctrl-c', 'ad\x03'],
    ['Ctrl-d', '\x04'],
  ])('%s leaves', async (_key, keys) => {
    const { stdin, answer } = ask('user');
    stdin.write(keys);
    expect(await answer).toBeUndefined();
  });

  test('the same terminal can be asked again, with the reason', async () => {
    const first = ask('');
    first.stdin.write('ada\r');
    await first.answer;
    const again = ask('', 'This nick is taken. Choose another one.');
    again.stdin.write('eve\r');
    expect(await again.answer).toBe('eve');
    expect(again.shown()).toContain('This nick is taken.');
  });
});

describe('the field', () => {
  const nothing = () => undefined;

  test('shows what is offered only where it can be a nick', () => {
    const good = render(<NickPrompt offered="ada" error={undefined} onNick={nothing} onLeave={nothing} />);
    expect(good.lastFrame()).toContain('nick: ada');
    const bad = render(<NickPrompt offered="a b" error={undefined} onNick={nothing} onLeave={nothing} />);
    expect(bad.lastFrame()).not.toContain('a b');
  });

  test('an error of hostile text is shown harmless', () => {
    const prompt = render(
      <NickPrompt offered="" error={'no\x1b]52;c;x\x07'} onNick={nothing} onLeave={nothing} />,
    );
    expect(prompt.lastFrame()).toContain('! no␛]52');
  });
});
