// Keys: a server's Ed25519 key with its self-signed certificate, a device's Ed25519 key, and the proof in `hello`.
// cli keeps them in files, listen and dial use the server's, both sessions the device's. Only node:crypto.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { helloProof } from '../protocol/proof.ts';
import { selfSigned } from './certificate.ts';

export interface ServerKey {
  /** PKCS #8, PEM. Secret. */
  readonly keyPem: string;
  /** The self-signed certificate, PEM. */
  readonly certPem: string;
  /** What links and clients pin, see `fingerprintOf`. */
  readonly fingerprint: string;
}

export interface DeviceKey {
  /** The raw 32 bytes, base64url. */
  readonly publicKey: string;
  /** PKCS #8, DER, base64url. Secret. */
  readonly privateKey: string;
}

/** SHA-256 over the public key's SubjectPublicKeyInfo (DER), base64url: 43 characters. */
export function fingerprintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

export async function makeServerKey(): Promise<ServerKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const der = selfSigned({ spki, serial: randomBytes(16), sign: (tbs) => sign(null, tbs, privateKey) });
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certPem: new X509Certificate(der).toString(),
    fingerprint: fingerprintOf(publicKey),
  };
}

/** From the texts of its files. Throws an Error with a sentence when they are damaged or no pair. */
export function loadServerKey(pem: { readonly keyPem: string; readonly certPem: string }): ServerKey {
  try {
    const certificate = new X509Certificate(pem.certPem);
    if (certificate.checkPrivateKey(createPrivateKey(pem.keyPem))) {
      return { ...pem, fingerprint: fingerprintOf(certificate.publicKey) };
    }
  } catch (cause) {
    throw new Error('The server key is damaged. Restore its two files from a backup.', { cause });
  }
  throw new Error('The server key and its certificate do not belong together. Restore both from one backup.');
}

export function makeDeviceKey(): DeviceKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  if (x === undefined) throw new Error('An Ed25519 key without its public part.');
  return {
    publicKey: x,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
  };
}

/** The `signature` of `hello`, base64url. `material` is the connection's. Throws when the device's key is damaged. */
export function signHello(device: DeviceKey, material: Uint8Array): string {
  const key = createPrivateKey({
    key: Buffer.from(device.privateKey, 'base64url'),
    format: 'der',
    type: 'pkcs8',
  });
  return sign(null, helloProof(material), key).toString('base64url');
}

/** Whether the device with `publicKey` signed this very connection. False for anything that is no key or signature. */
export function verifyHello(publicKey: string, material: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, helloProof(material), key, Buffer.from(signature, 'base64url'));
  } catch {
    // Nothing is lost: what OpenSSL cannot read as a key has signed nothing.
    return false;
  }
}
