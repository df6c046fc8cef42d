import { describe, expect, test } from 'vitest';
import { errorText, exitCodeOf } from '../../src/cli/exit-code.ts';
import { Failure, UsageError } from '../../src/cli/failure.ts';
import { SetupError } from '../../src/client/dial-loop.ts';
import { ConnectionLost, LocalFileError, TransferError } from '../../src/client/errors.ts';
import { KeyChanged, Unreachable } from '../../src/net/errors.ts';
import { errorCodes, Refusal } from '../../src/protocol/errors.ts';
import { LinkError } from '../../src/protocol/link.ts';

describe('exit codes', () => {
  test.each([
    [new UsageError('x'), 2],
    [new LinkError('x'), 2],
    [new Unreachable('x'), 3],
    [new ConnectionLost('x'), 3],
    [new KeyChanged('h:1', 'a', 'b'), 4],
    [new LocalFileError('x'), 1],
    [new TransferError('x'), 6],
    [new Failure(4, 'x'), 4],
    [new SetupError('x', { cause: new UsageError('x') }), 2],
    [Object.assign(new Error('x'), { code: 'EACCES' }), 1],
    ['thrown text', 1],
  ])('%s ends with %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  test('every refusal has one, and those without their own are 5', () => {
    const own = {
      'no-such-event': 1,
      'no-such-file': 1,
      'nick-needed': 2,
      'ticket-wrong': 6,
      checksum: 6,
      closing: 3,
    };
    for (const code of errorCodes) {
      expect([code, exitCodeOf(new Refusal(code, 'x'))]).toEqual([
        code,
        { ...own }[code as keyof typeof own] ?? 5,
      ]);
    }
  });
});

describe('what a person reads', () => {
  test('is one sentence with the next step, and no stack', () => {
    const text = errorText(new Refusal('nick-taken', 'This nick is taken.'), {});
    expect(text).toBe('chat-tui: This nick is taken. Say it with --nick NAME.');
  });

  test('has the stack and its causes with CHAT_TUI_DEBUG=1', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    expect(errorText(error, { CHAT_TUI_DEBUG: '1' })).toMatch(/outer[\s\S]*at [\s\S]*caused by Error: inner/);
  });

  test('names the path and a way out where the system said no', () => {
    const denied = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), {
      code: 'EACCES',
      path: '/x',
    });
    expect(errorText(denied, {})).toMatch(/^chat-tui: Cannot use \/x: there is no permission.* --dir DIR\.$/);
  });

  test('keeps a server’s escape sequences from the terminal', () => {
    expect(errorText(new Refusal('not-allowed', 'no\u001b]0;x\u0007\u009b31m'), {})).not.toMatch(
      /[\u001b\u0007\u009b]/,
    );
  });
});
