// The receiving end of the reference for files, in a process of its own as our receiver is: TLS into a file through
// a plain pipeline, hashed on the way where an upload is. Forked by rows/files.ts with the plan as its argument.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createServer, type TLSSocket } from 'node:tls';

const mebibyte = 1_048_576;

export type PipePlan = {
  readonly keyPem: string;
  readonly certPem: string;
  readonly to: string;
  readonly isHashed: boolean;
};

const plan = JSON.parse(process.argv[2] ?? '{}') as PipePlan;
const server = createServer({ key: plan.keyPem, cert: plan.certPem, minVersion: 'TLSv1.3' });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as { port: number }).port });
const [incoming] = (await once(server, 'secureConnection')) as [TLSSocket];
const hash = createHash('sha256');
const tap = new PassThrough({ highWaterMark: mebibyte });
if (plan.isHashed) tap.on('data', (chunk: Buffer) => hash.update(chunk));
await pipeline(incoming, tap, createWriteStream(plan.to, { highWaterMark: mebibyte }));
process.send?.({ stored: true }, () => process.exit(0));
