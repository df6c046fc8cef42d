// The closed list of what can be refused on the wire. A code stands here only because some caller
// branches on it: the session, an exit code, or a sentence with the next step.
export const errorCodes = [
  'malformed', // not a packet of ours; five of them and the session is cut
  'unknown-kind', // a packet of a newer protocol
  'protocol-version', // no common version
  'signature-wrong', // the device key was not proven
  'token-needed', // the server wants an invitation of new members
  'token-wrong',
  'nick-needed', // a new device gave no nick
  'nick-invalid',
  'nick-taken', // by a member, also formerly within 90 days, or confusable with one
  'room-invalid',
  'no-such-room',
  'no-such-event', // gone, in another room, or not the caller's to see
  'no-such-member',
  'no-such-file',
  'not-allowed',
  'emoji-invalid', // a reaction that is no emoji
  'search-invalid', // the message says what of it makes no sense
  'code-wrong', // a one-time code that is used up, too old, or never was
  'id-reused', // same id, other content
  'text-too-large',
  'text-empty',
  'too-large', // file over the server's limit
  'quota',
  'too-many', // transfers at once, rooms, failed logins from one address
  'disk-full',
  'log-failed', // posts are refused, reading goes on
  'ticket-wrong',
  'checksum', // the bytes are not those of the digest
  'closing',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A refusal that travels: thrown by guards and handlers on the server, rebuilt from `error` on the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;

  /** `message` is one sentence for a person: what was refused, on what, what to do next. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
