// One file down: fetch, receive over a connection of its own, go on after cuts, check the digest, give it its name.
// Called by Transfers.
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EndedEarly, TooManyBytes, takeBytes } from '../net/take-bytes.ts';
import type { FileNote } from '../protocol/packet.ts';
import { tryAgain } from './again.ts';
import { clientBounds } from './bounds.ts';
import type { DownloadWhat } from './client.ts';
import { ConnectionLost, errorOf, LocalFileError, TransferError, TransferStopped } from './errors.ts';
import type { Job } from './job.ts';
import { LinePace } from './line-pace.ts';
import { freeNames, PartFile } from './part-file.ts';
import { brokeOff, type RawLine, takeOver } from './raw.ts';
import type { OnLoss } from './requests.ts';
import type { TransferPort } from './transfer-port.ts';

/** Where the bytes go. `have` of them are there, in order and hashed. */
type Target = {
  readonly prepare: (file: FileNote, job: Job) => Promise<void>;
  readonly write: (bytes: Buffer, at: number) => Promise<void>;
  /** The digest was right. Resolves with the path, empty for a sink. */
  readonly settle: (file: FileNote) => Promise<string>;
  readonly fail: (error: Error) => Promise<void>;
};

type Receiving = { readonly hash: ReturnType<typeof createHash>; have: number };

/** Rejects with `LocalFileError`, `Refusal`, `TransferError`, or the reason of the job's signal. */
export async function download(
  port: TransferPort,
  what: DownloadWhat,
  job: Job,
): Promise<{ readonly path: string; readonly file: FileNote }> {
  const receiving: Receiving = { hash: createHash('sha256'), have: 0 };
  const target = targetOf(what.to, receiving);
  if ('path' in what.to) await refuseExisting(what.to.path);
  await port.online(job.signal);
  const { seq, name, size, sha256 } = await ask(port, what, { offset: 0, onLoss: 'ask-again' });
  const file: FileNote = { name, size, sha256 };
  job.turn('waiting', { name, size, file });
  try {
    await target.prepare(file, job);
    const from = seq === undefined ? { ...what, sha256: file.sha256 } : { ...what, seq };
    await receive(port, { what: from, file, target, receiving, job });
    job.signal.throwIfAborted();
    if (receiving.hash.digest('hex') !== file.sha256) throw notWhole(file);
    const path = await target.settle(file);
    job.turn('done', path === '' ? {} : { path });
    return { path, file };
  } catch (thrown) {
    const error = errorOf(job.signal.aborted ? job.signal.reason : thrown);
    // What went wrong first is what people should read; a part that cannot be removed is swept later.
    await target.fail(error).catch(() => undefined);
    throw error;
  }
}

type Fetch = { readonly offset: number; readonly onLoss: OnLoss };

function ask(port: TransferPort, { seq, sha256 }: DownloadWhat, { offset, onLoss }: Fetch) {
  const which = seq === undefined ? { sha256: sha256 ?? '' } : { seq };
  return port.ask((req) => ({ kind: 'fetch', req, ...which, offset }), 'ticket', onLoss);
}

type Work = {
  readonly what: DownloadWhat;
  readonly file: FileNote;
  readonly target: Target;
  readonly receiving: Receiving;
  readonly job: Job;
};

async function receive(port: TransferPort, work: Work): Promise<void> {
  const { what, file, receiving, job } = work;
  if (receiving.have === file.size) return;
  const attempt = async () => {
    const { ticket, sha256 } = await ask(port, what, { offset: receiving.have, onLoss: 'reject' });
    if (sha256 !== file.sha256)
      throw new TransferError('The server has another file there now; fetch it again.');
    const line = await port.dial(ticket, job.signal);
    const raw = takeOver(line, job.signal);
    try {
      if (line.go.offset !== receiving.have)
        throw new TransferError('The server began at a wrong place of the file.');
      job.turn('moving', { bytes: receiving.have });
      await take(raw, work);
    } finally {
      raw.end();
    }
  };
  const waiting = () => job.turn('waiting', { bytes: receiving.have });
  const { online, random } = port;
  await tryAgain({ signal: job.signal, attempt, online, gained: () => receiving.have, waiting, random });
}

async function take({ stream, rest, moved }: RawLine, { file, target, receiving, job }: Work): Promise<void> {
  const pace = new LinePace(performance.now());
  const write = async (piece: Buffer) => {
    pace.brought(piece.length, performance.now());
    const written = target.write(piece, receiving.have);
    // The digest is made while a thread of the pool writes.
    receiving.hash.update(piece);
    await written;
    receiving.have += piece.length;
    moved();
    job.moved(receiving.have);
  };
  const bytes = file.size - receiving.have;
  try {
    await takeBytes(stream, { rest, bytes, pieceBytes: () => pace.pieceBytes, moved, write });
  } catch (error) {
    if (error instanceof EndedEarly) throw brokeOff();
    if (error instanceof TooManyBytes) throw new TransferError('More bytes came than the file has.');
    throw error;
  }
}

function notWhole(file: FileNote): TransferError {
  return new TransferError(`${file.name} did not arrive whole: its checksum is wrong. Fetch it again.`);
}

function targetOf(to: DownloadWhat['to'], receiving: Receiving): Target {
  if ('sink' in to) return sinkTarget(to.sink);
  if ('folder' in to) {
    return partTarget(to.folder, (file) => freeNames(to.folder, file.name), receiving);
  }
  return partTarget(dirname(resolve(to.path)), () => [resolve(to.path)], receiving);
}

function partTarget(
  folder: string,
  names: (file: FileNote) => Iterable<string>,
  receiving: Receiving,
): Target {
  let part: PartFile | undefined;
  const opened = () => {
    if (part === undefined) throw new ConnectionLost('The download was not prepared.');
    return part;
  };
  return {
    prepare: async (file, job) => {
      part = await PartFile.open(folder, file);
      await rehash(part, receiving, job);
    },
    write: (bytes, at) => opened().write(bytes, at),
    settle: (file) => opened().settle(names(file)),
    fail: async (error) => {
      if (part === undefined) return;
      // Only what can go on is kept: a connection that came to nothing, or a program that was closed.
      if (isToGoOn(error)) await part.leave();
      else await part.discard();
    },
  };
}

function isToGoOn(error: Error): boolean {
  if (error instanceof TransferStopped) return error.why === 'closed';
  return error instanceof ConnectionLost || (error instanceof TransferError && error.cause !== undefined);
}

/** What was there is believed only as far as it goes into the digest. */
async function rehash(part: PartFile, receiving: Receiving, job: Job): Promise<void> {
  if (part.found === 0) return;
  job.turn('hashing');
  const buffer = Buffer.allocUnsafe(Math.min(clientBounds.fileChunkBytes, part.found));
  while (receiving.have < part.found) {
    job.signal.throwIfAborted();
    const wanted = Math.min(buffer.length, part.found - receiving.have);
    const { bytesRead } = await part.handle.read(buffer, 0, wanted, receiving.have);
    if (bytesRead === 0) return;
    receiving.hash.update(buffer.subarray(0, bytesRead));
    receiving.have += bytesRead;
    job.moved(receiving.have);
  }
}

function sinkTarget(sink: NodeJS.WritableStream): Target {
  return {
    // An error of the output comes back from write() too; unheard, the event would end the process.
    prepare: async () => void sink.on('error', () => undefined),
    write: async (bytes) => {
      if (bytes.length === 0) return;
      try {
        await flushed(sink, bytes);
      } catch (thrown) {
        const cause = errorOf(thrown);
        throw new LocalFileError(`Cannot write the file to the output: ${cause.message}.`, { cause });
      }
    },
    settle: async () => '',
    fail: async () => undefined,
  };
}

function flushed(sink: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function refuseExisting(path: string): Promise<void> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return;
  throw new LocalFileError(`${path} exists already; nothing was overwritten. Choose another name.`);
}
