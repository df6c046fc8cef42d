// The receiving end of the reference for files where there is no nginx, in a process of its own as our receiver is:
// a socket into a file through a plain pipeline, hashed on the way. Forked by references.ts with the plan as its
// argument.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createServer as createTlsServer } from 'node:tls';

const mebibyte = 1_048_576;

export type PipePlan = {
  /** Absent: without TLS. */
  readonly key?: { readonly keyPem: string; readonly certPem: string };
  readonly to: string;
  /** The file is on the disk before it is said to be stored. */
  readonly isSynced: boolean;
};

const plan = JSON.parse(process.argv[2] ?? '{}') as PipePlan;
const server =
  plan.key === undefined
    ? createPlainServer()
    : createTlsServer({ key: plan.key.keyPem, cert: plan.key.certPem, minVersion: 'TLSv1.3' });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as { port: number }).port });
const opened = plan.key === undefined ? 'connection' : 'secureConnection';
const [incoming] = (await once(server, opened)) as [Socket];
const hash = createHash('sha256');
const tap = new PassThrough({ highWaterMark: mebibyte });
tap.on('data', (chunk: Buffer) => hash.update(chunk));
await pipeline(incoming, tap, createWriteStream(plan.to, { highWaterMark: mebibyte, flush: plan.isSynced }));
process.send?.({ stored: hash.digest('hex') }, () => process.exit(0));
