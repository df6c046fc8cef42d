// Why a dial failed, as errors whose message a person can read. The client's session and the exit codes branch on them.

/** No connection came about; another try later may work. `cause` is what the socket said. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The server has another key than the one that was linked or remembered. Nothing was sent to it. */
export class KeyChanged extends Error {
  override readonly name = 'KeyChanged';
  readonly expected: string;
  readonly actual: string;

  constructor(where: string, expected: string, actual: string) {
    super(
      `The key of ${where} is not the one this program knows (known ${expected}, now ${actual}). ` +
        'Nothing was sent. Ask its host for the fingerprint before you trust the new key.',
    );
    this.expected = expected;
    this.actual = actual;
  }
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Check the port, and that the server runs',
  ENOTFOUND: 'there is no such host. Check the name for a typing error',
  EAI_AGAIN: 'its name could not be looked up. Check your network',
  ETIMEDOUT: 'it does not answer. Check the address, and that no firewall is in between',
  EHOSTUNREACH: 'there is no way to that host. Check your network',
  ENETUNREACH: 'there is no way to that network. Check your network',
  ECONNRESET: 'it hung up at once. It is busy, limits this address for a while, or is no chat-tui server',
  ABORT_ERR: 'the attempt was given up',
};

const notTls = 'what answers there does not speak TLS 1.3. Check the port; is it a chat-tui server?';

/** One sentence for `cause`: what failed, on what, what to check. */
export function unreachable(where: string, cause: Error): Unreachable {
  const code = codeOf(cause);
  const reason = sentences[code] ?? (/SSL|TLS|EPROTO/.test(code) ? notTls : cause.message);
  return new Unreachable(`Cannot reach ${where}: ${reason.replace(/\.?$/, '.')}`, { cause });
}

/** Trying IPv6 and IPv4 side by side fails with an aggregate: its first inner code speaks for it. */
function codeOf(cause: Error): string {
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  const inner = cause instanceof AggregateError ? cause.errors[0] : undefined;
  return inner instanceof Error ? codeOf(inner) : '';
}
