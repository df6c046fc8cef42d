// From what was thrown to the contract's exit code, and to what a person reads. main calls it, last of all.

import { SetupError } from '../client/dial-loop.ts';
import {
  ConnectionLost,
  DeviceRevoked,
  LocalFileError,
  TransferError,
  TransferStopped,
} from '../client/errors.ts';
import { KeyChanged, Unreachable } from '../net/errors.ts';
import { type ErrorCode, Refusal } from '../protocol/errors.ts';
import { LinkError } from '../protocol/link.ts';
import { safeText } from '../text/safe-text.ts';
import { Failure, UsageError } from './failure.ts';

export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  unreachable: 3,
  keyChanged: 4,
  refused: 5,
  transfer: 6,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Refusals that are not simply `refused`. */
const byRefusal: { readonly [code in ErrorCode]?: number } = {
  'no-such-event': exitCodes.failure,
  'no-such-file': exitCodes.failure,
  'nick-needed': exitCodes.usage,
  'ticket-wrong': exitCodes.transfer,
  checksum: exitCodes.transfer,
  closing: exitCodes.unreachable,
};

type ErrorClass = abstract new (...args: never[]) => Error;

const byClass: ReadonlyArray<readonly [type: ErrorClass, code: number]> = [
  [UsageError, exitCodes.usage],
  [LinkError, exitCodes.usage],
  [KeyChanged, exitCodes.keyChanged],
  [Unreachable, exitCodes.unreachable],
  [ConnectionLost, exitCodes.unreachable],
  [DeviceRevoked, exitCodes.refused],
  [LocalFileError, exitCodes.failure],
  [TransferError, exitCodes.transfer],
  [TransferStopped, exitCodes.transfer],
];

export function exitCodeOf(error: unknown): number {
  if (error instanceof SetupError) return exitCodeOf(error.cause);
  if (error instanceof Failure) return error.code;
  if (error instanceof Refusal) return byRefusal[error.code] ?? exitCodes.refused;
  return byClass.find(([type]) => error instanceof type)?.[1] ?? exitCodes.failure;
}

const nextSteps: { readonly [code in ErrorCode]?: string } = {
  'nick-needed': 'Say who you are with --nick NAME.',
  // The server has said to choose another one.
  'nick-taken': 'Say it with --nick NAME.',
  'nick-invalid': 'Choose another with --nick NAME.',
};

/** What is printed on stderr, without its line end. The words may be a server's, so they pass the gate. */
export function errorText(error: unknown, env: NodeJS.ProcessEnv): string {
  if (!(error instanceof Error)) return safeText(`chat-tui: ${String(error)}`);
  const step = error instanceof Refusal ? nextSteps[error.code] : undefined;
  const sentence = `chat-tui: ${systemText(error) ?? error.message}${step === undefined ? '' : ` ${step}`}`;
  if (env.CHAT_TUI_DEBUG !== '1') return safeText(sentence);
  return safeText(`${sentence}\n${stackOf(error)}`);
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission for it. See who owns it, or keep everything elsewhere with --dir DIR',
  EPERM: 'the system does not allow it. See who owns it, or keep everything elsewhere with --dir DIR',
  EROFS: 'the disk can only be read. Keep everything elsewhere with --dir DIR',
  ENOSPC: 'the disk is full. Make room and try again',
  EDQUOT: 'your part of the disk is full. Make room and try again',
  ENOENT: 'there is no such file or folder, and none can be made there',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EMFILE: 'this program has too many files open',
};

/** Errors of the system on a path of ours, which name a code and a call, as a sentence. */
function systemText(error: Error): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : systemReasons[code];
  return path === undefined || reason === undefined ? undefined : `Cannot use ${path}: ${reason}.`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
