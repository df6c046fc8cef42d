// The client's way to the local server: read the endpoint file, and start a server when none answers. Called at
// each dial, so that a server that moved, ended or was taken over is found again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dial } from '../../net/dial.ts';
import { KeyChanged, Unreachable } from '../../net/errors.ts';
import { makePrivateFolder } from '../files.ts';
import { compareVersions, programFile, programVersion } from '../program.ts';
import { addressOf, type Endpoint, isAlive, readEndpoint } from './endpoint.ts';
import { askHandover } from './handover.ts';
import { parseStartMessage, type StartMessage } from './messages.ts';

export type LocalPlace = {
  /** The data folder, and the folder of the log file. */
  readonly data: string;
  readonly state: string;
  /** Words that make the started program use the same folders. */
  readonly words: readonly string[];
};

export const logName = 'server.log';
/** From asking to listening takes a quarter of a second; a machine that swaps gets this long. */
const startMs = 15_000;
/** While somebody else's server starts or ends: the folder tells of its endpoint file, its lock tells nobody. */
const againMs = 100;

const never = new AbortController().signal;

/**
 * The endpoint of a local server that answers. Throws `Unreachable` when none can be had, or the reason of `closed`,
 * whose abort means that nobody waits any more; a server that was started meanwhile stays.
 */
export async function localServer(place: LocalPlace, closed = never): Promise<Endpoint> {
  const running = await answering(place.data, closed);
  if (running !== undefined && !makesRoom(running)) return running;
  if (running !== undefined) await askHandover(running);
  await Promise.all([makePrivateFolder(place.data), makePrivateFolder(place.state)]);
  return started(place, closed);
}

/** Only what came by itself makes room by itself, and only for something newer: no two programs can chase each other. */
function makesRoom({ kind, version }: Endpoint): boolean {
  return kind === 'local' && compareVersions(version, programVersion()) < 0;
}

/** The endpoint file may outlive its server, and its port may be somebody else's by now: only an answer counts. */
async function answering(folder: string, closed: AbortSignal): Promise<Endpoint | undefined> {
  const endpoint = await readEndpoint(folder);
  if (endpoint === undefined || !isAlive(endpoint.pid)) return undefined;
  try {
    const { connection } = await dial({ ...addressOf(endpoint), signal: closed });
    connection.destroy();
    return endpoint;
  } catch (error) {
    closed.throwIfAborted();
    if (error instanceof Unreachable || error instanceof KeyChanged) return undefined;
    throw error;
  }
}

async function started(place: LocalPlace, closed: AbortSignal): Promise<Endpoint> {
  const until = Date.now() + startMs;
  while (Date.now() < until) {
    const answer = await startOne(place, closed);
    if (answer.is === 'failed') throw new Unreachable(notStarted(place, answer.message));
    const endpoint = await answering(place.data, closed);
    if (endpoint !== undefined) return endpoint;
    // Busy: another one is starting, or is just ending. Either its endpoint file comes, or the lock is free.
    const other = await comesUp(place.data, closed);
    if (other !== undefined) return other;
  }
  throw new Unreachable(notStarted(place, 'Another server holds its data folder and does not answer.'));
}

function notStarted(place: LocalPlace, why: string): string {
  return `The local server could not be started. ${why} Its log is ${join(place.state, logName)}.`;
}

async function comesUp(folder: string, closed: AbortSignal): Promise<Endpoint | undefined> {
  const stop = new AbortController();
  const watcher = watch(folder, { signal: stop.signal });
  const changes = once(watcher, 'change', { signal: stop.signal });
  // Ended by our own abort, or not watchable here: then the time below is what wakes us.
  const changed = changes.catch(() => delay(againMs));
  await Promise.race([changed, delay(againMs)]);
  stop.abort();
  return answering(folder, closed);
}

/** Starts one, detached, and waits for its first word. */
async function startOne(place: LocalPlace, closed: AbortSignal): Promise<StartMessage> {
  closed.throwIfAborted();
  const log = openSync(join(place.state, logName), 'a', 0o600);
  const child = spawn(process.execPath, [programFile, 'serve-local', ...place.words], {
    detached: true,
    cwd: place.data,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  try {
    return await firstWord(child, closed);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function firstWord(child: ChildProcess, closed: AbortSignal): Promise<StartMessage> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      closed.removeEventListener('abort', abort);
    };
    const tell = (message: StartMessage) => {
      stop();
      resolve(message);
    };
    const abort = () => {
      stop();
      reject(closed.reason);
    };
    const silent: StartMessage = { is: 'failed', message: 'It did not say that it listens.' };
    const timer = setTimeout(tell, startMs, silent);
    closed.addEventListener('abort', abort, { once: true });
    child.once('message', (value) => {
      tell(parseStartMessage(value) ?? { is: 'failed', message: 'It said something unknown.' });
    });
    child.once('error', (error) => tell({ is: 'failed', message: error.message }));
    child.once('exit', (code) => tell({ is: 'failed', message: `It ended with code ${code}.` }));
  });
}
