// The file that keys are backed up to: one line of JSON, its header in the clear and bound to what is sealed, so that a
// later version can tell what it has before it. Sealed with AES-256-GCM under a key that scrypt makes of the passphrase.
// Called by `backup --keys` and `restore --keys`.
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { exitCodes } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { KeptKey } from './profiles.ts';

const version = 1;
/** 128 MiB and about half a second for each guess (OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1). */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
/** What a file may ask of this machine: its header is a stranger's word. */
const memoryMax = 1024 ** 3;
const [saltBytes, ivBytes, tagBytes, keyBytes] = [16, 12, 16, 32];

const base64url = v.pipe(v.string(), v.regex(/^[\w-]*$/));
const Header = v.object({
  'chat-tui-keys': v.pipe(v.number(), v.integer()),
  scrypt: v.object({
    N: v.pipe(v.number(), v.integer()),
    r: v.pipe(v.number(), v.integer()),
    p: v.picklist([1]),
  }),
  salt: base64url,
  iv: base64url,
});
type Header = v.InferOutput<typeof Header>;
const Sealed = v.object({ ...Header.entries, tag: base64url, sealed: base64url });
const Keys = v.array(
  v.object({
    // It becomes the name of a folder.
    server: v.pipe(v.string(), v.regex(/[^.]/)),
    nick: v.pipe(v.string(), v.nonEmpty()),
    device: v.object({ publicKey: base64url, privateKey: base64url }),
  }),
);

/** The file's text. */
export async function seal(keys: readonly KeptKey[], passphrase: string): Promise<string> {
  const header: Header = {
    'chat-tui-keys': version,
    scrypt: cost,
    salt: randomBytes(saltBytes).toString('base64url'),
    iv: randomBytes(ivBytes).toString('base64url'),
  };
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, header), bytesOf(header.iv), {
    authTagLength: tagBytes,
  });
  cipher.setAAD(aadOf(header));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  const tag = cipher.getAuthTag();
  return `${JSON.stringify({ ...header, tag: tag.toString('base64url'), sealed: sealed.toString('base64url') })}\n`;
}

/** Throws a `Failure` for a file that is none of ours, of a later version, damaged, or sealed with other words. */
export async function unseal(text: string, passphrase: string): Promise<readonly KeptKey[]> {
  const { tag, sealed, ...header } = parse(text);
  const key = await keyOf(passphrase, header);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytesOf(header.iv), { authTagLength: tagBytes });
    decipher.setAAD(aadOf(header));
    decipher.setAuthTag(bytesOf(tag));
    const opened = Buffer.concat([decipher.update(bytesOf(sealed)), decipher.final()]);
    return v.parse(Keys, JSON.parse(opened.toString('utf8')));
  } catch (cause) {
    throw failure('The passphrase is another, or the file is damaged.', cause);
  }
}

function parse(text: string): v.InferOutput<typeof Sealed> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw failure('That is no file of keys.', cause);
  }
  const result = v.safeParse(Sealed, value);
  if (!result.success) throw failure('That is no file of keys, or it is damaged.');
  const { 'chat-tui-keys': written, scrypt: asked } = result.output;
  if (written !== version) throw failure('A newer chat-tui wrote this file of keys; use that version.');
  const isPower = asked.N >= 2 && Number.isInteger(Math.log2(asked.N));
  if (!isPower || asked.r < 1 || 128 * asked.N * asked.r > memoryMax) {
    throw failure('This file of keys asks for more memory than any that chat-tui writes.');
  }
  return result.output;
}

const makeKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

function keyOf(passphrase: string, { scrypt: { N, r, p }, salt }: Header): Promise<Buffer> {
  // One way of writing: what is typed on another machine may be composed otherwise.
  const words = passphrase.normalize('NFC');
  return makeKey(words, bytesOf(salt), keyBytes, { N, r, p, maxmem: 128 * N * r + 1024 * 1024 });
}

function aadOf(header: Header): Buffer {
  const {
    'chat-tui-keys': written,
    scrypt: { N, r, p },
    salt,
    iv,
  } = header;
  return Buffer.from(JSON.stringify([written, N, r, p, salt, iv]));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function failure(sentence: string, cause?: unknown): Failure {
  return new Failure(exitCodes.failure, sentence, cause === undefined ? undefined : { cause });
}
