// What can go wrong on the client's side of the wire. A class exists where a caller branches on it: the exit code
// of a subcommand, or a next try. Refusals by the server are `Refusal` (protocol/errors), see also net/errors.
import type { Ended } from '../net/connection.ts';
import type { ServerPackets } from '../protocol/packet.ts';

/** The connection went while an answer was due, or the client was closed. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Taken back by its author before it was sent. */
export class Dropped extends Error {
  override readonly name = 'Dropped';
}

/** A file or folder of this machine: missing, unreadable, changed while read, in the way, or the disk is full. */
export class LocalFileError extends Error {
  override readonly name = 'LocalFileError';
}

/** A transfer that cannot be brought to its end, or whose bytes are not those of their digest. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
}

/** Stopped by the user (`cancel`) or because the client was closed. */
export class TransferStopped extends Error {
  override readonly name = 'TransferStopped';
  readonly why: 'cancelled' | 'closed';

  constructor(why: 'cancelled' | 'closed') {
    super(why === 'cancelled' ? 'The transfer was cancelled.' : 'The transfer stopped; it can go on later.');
    this.why = why;
  }
}

/** Another device of the member took this one's right to speak for it: its key is nobody's, for good. */
export class DeviceRevoked extends Error {
  override readonly name = 'DeviceRevoked';

  constructor(options?: ErrorOptions) {
    super(
      'This device was revoked by another one of yours. To let it in again, type /link there and start with --code.',
      options,
    );
  }
}

type ByeReason = ServerPackets['bye']['reason'];

const byeSentences: Readonly<Record<Exclude<ByeReason, 'revoked'>, string>> = {
  restart: 'The server restarts.',
  slow: 'The server cut the connection because it did not keep up.',
  malformed: 'The server could not read what this client sent.',
  silent: 'The server heard nothing from this client for too long.',
  handover: 'The server hands over to another one.',
  error: 'The server stopped because of an error of its own.',
};

const endSentences: Readonly<Record<Ended['why'], string>> = {
  closed: 'The server closed the connection.',
  malformed: 'The server sent something that is not of this protocol.',
  slow: 'The connection took nothing more.',
  silent: 'Nothing was heard from the server.',
  failed: 'The connection to the server broke.',
};

/** Why a connection is over, as one sentence; the server's last word explains more than the closed socket. */
export function lostBecause(end: Ended, bye?: ByeReason): ConnectionLost | DeviceRevoked {
  if (bye === 'revoked') return new DeviceRevoked('cause' in end ? { cause: end.cause } : {});
  const sentence = bye === undefined ? endSentences[end.why] : byeSentences[bye];
  return new ConnectionLost(sentence, 'cause' in end ? { cause: end.cause } : {});
}

/** Anything thrown, as an Error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
