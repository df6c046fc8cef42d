// What a server keeps for itself in its data folder: its key, and the token that its link carries. Made once, so
// that the link is the same after a restart. Called by the host while it holds the folder's lock.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadServerKey, makeServerKey, type ServerKey } from '../../net/identity.ts';
import { readIfThere, writeLasting } from '../files.ts';

const keyName = 'server-key.pem';
const certName = 'server-cert.pem';
const tokenName = 'server-token';
// 128 bits: nobody guesses it, and the link stays short enough for one line and a small QR code.
const tokenBytes = 16;

export async function serverKey(folder: string): Promise<ServerKey> {
  const keyPem = await readIfThere(join(folder, keyName));
  const certPem = await readIfThere(join(folder, certName));
  if (keyPem !== undefined && certPem !== undefined) return loadServerKey({ keyPem, certPem });
  if (keyPem !== undefined) {
    throw new Error(
      `The server's key is in ${join(folder, keyName)}, but its certificate ${certName} is missing: put both back from a backup, or move the key away to make a new one (clients will have to trust it).`,
    );
  }
  const key = await makeServerKey();
  // The certificate first: a key that is there alone would be refused at the next start.
  await writeLasting(join(folder, certName), key.certPem);
  await writeLasting(join(folder, keyName), key.keyPem);
  return key;
}

export async function serverToken(folder: string): Promise<string> {
  const path = join(folder, tokenName);
  const kept = (await readIfThere(path))?.trim();
  if (kept !== undefined && kept !== '') return kept;
  const token = makeToken();
  await writeLasting(path, `${token}\n`);
  return token;
}

export function makeToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** The certificate of the server that this folder belongs to, if there ever was one. It is no secret. */
export async function certificateOf(folder: string): Promise<string | undefined> {
  return readIfThere(join(folder, certName));
}
