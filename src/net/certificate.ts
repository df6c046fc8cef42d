// The one certificate we make: X.509 v3, Ed25519, self-signed (RFC 5280, RFC 8410), in DER by hand because
// node:crypto reads certificates but writes none. Nobody checks its name or dates: clients pin the key in it.
// Only identity calls it.

const ed25519 = sequence(Buffer.from('06032b6570', 'hex')); // AlgorithmIdentifier { 1.3.101.112 }, no parameters
const version3 = tagged(0xa0, Buffer.from('020102', 'hex'));
const commonName = Buffer.from('0603550403', 'hex'); // OID 2.5.4.3
const name = sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from('chat-tui')))));
// 99991231235959Z is "no expiry" (RFC 5280 §4.1.2.5). A date that comes would one day lock every guest out.
const validity = sequence(
  tagged(0x17, Buffer.from('200101000000Z')),
  tagged(0x18, Buffer.from('99991231235959Z')),
);

export interface SelfSigned {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /** Up to 20 random bytes (RFC 5280 §4.1.2.2). */
  readonly serial: Buffer;
  readonly sign: (toBeSigned: Buffer) => Buffer;
}

/** The certificate, DER. */
export function selfSigned({ spki, serial, sign }: SelfSigned): Buffer {
  const toBeSigned = sequence(version3, positiveInteger(serial), ed25519, name, validity, name, spki);
  const noUnusedBits = Buffer.of(0);
  return sequence(toBeSigned, ed25519, tagged(0x03, noUnusedBits, sign(toBeSigned)));
}

/** DER wants the shortest form: with 01xxxxxx in front it is positive and has no zeros to drop. */
function positiveInteger(bytes: Buffer): Buffer {
  const value = Buffer.from(bytes);
  value[0] = ((value[0] ?? 0) & 0x7f) | 0x40;
  return tagged(0x02, value);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body), body]);
}

/** Short form below 128, else the number of length bytes and the length; two bytes are enough for a certificate. */
function lengthOf(body: Buffer): Buffer {
  if (body.length < 0x80) return Buffer.of(body.length);
  if (body.length < 0x100) return Buffer.of(0x81, body.length);
  return Buffer.of(0x82, body.length >> 8, body.length & 0xff);
}
