// The local server: what the program starts for itself, detached, when no server holds the data folder. Nobody
// types it. It says one word to its starter, writes a small log, and leaves when nobody has needed it for a while.

import { join } from 'node:path';
import { errorOf } from '../../client/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { keepSmall } from '../../server/footprint.ts';
import { formatLogLine } from '../../server/log-line.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { makePrivateFolder } from '../files.ts';
import { type Host, startHost } from '../local/host.ts';
import { openLogFile } from '../local/log-file.ts';
import { tellStarter } from '../local/messages.ts';
import { logName } from '../local/start.ts';
import { stopOnSignals } from '../signals.ts';
import { localAddress } from './serve-address.ts';

export async function serveLocal(context: Context): Promise<number> {
  keepSmall();
  try {
    const host = await start(context);
    tellStarter(host === undefined ? { is: 'busy' } : { is: 'ready' });
    return host === undefined ? exitCodes.done : await untilEnd(host);
  } catch (error) {
    tellStarter({ is: 'failed', message: errorOf(error).message });
    throw error;
  }
}

async function start({ paths }: Context): Promise<Host | undefined> {
  await makePrivateFolder(paths.state);
  const log = openLogFile(join(paths.state, logName));
  return startHost({
    folder: paths.data,
    kind: 'local',
    listen: localAddress,
    isPortFlexible: true,
    name: 'local',
    isOpen: false,
    isPlain: false,
    hasNoLimits: false,
    idleExitMs: limits.idleExitMs,
    log: (line) => log.write(formatLogLine(line)),
  });
}

async function untilEnd(host: Host): Promise<number> {
  const off = stopOnSignals(() => void host.server.stop('restart'));
  const end = await host.ended;
  off();
  if (end.why !== 'failed') return exitCodes.done;
  throw end.error ?? new Error('The local server failed.');
}
