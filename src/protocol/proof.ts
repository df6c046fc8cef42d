// What a device signs in `hello`. Pure bytes; the key handling is in net/identity.

const context = Buffer.from('chat-tui hello 1\0', 'latin1');
/** Label of the TLS exporter (RFC 8446 §7.5, RFC 5705): both ends of exactly one connection derive the same bytes. */
export const exporterLabel = 'EXPORTER-chat-tui-device';
export const exporterBytes = 32;

/** `material`: 32 bytes from the TLS exporter, or the server's nonce on --plain-tcp. */
export function helloProof(material: Uint8Array): Buffer {
  return Buffer.concat([context, material]);
}
