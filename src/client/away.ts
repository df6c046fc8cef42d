// Whether the member is away, said again on each new connection while it holds: the server forgets it with the last
// one. The session owns it.
import { limits } from '../protocol/limits.ts';
import type { ClientPacket } from '../protocol/packet.ts';
import { tooLong } from './questions.ts';
import type { Requests } from './requests.ts';

export class Away {
  readonly #requests: Requests;
  /** Set while it holds; `isAsked`: the question is under way and finds its way to the next connection by itself. */
  #held: { readonly note: string; isAsked: boolean } | undefined;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** `undefined`: back. Resolves when the server knows. */
  async say(note: string | undefined): Promise<void> {
    if (note !== undefined && note.length > limits.sentenceChars) {
      throw tooLong('text-too-large', 'What is said with /away', limits.sentenceChars);
    }
    const held = note === undefined ? undefined : { note, isAsked: true };
    this.#held = held;
    try {
      await this.#requests.ask((req) => packetOf(req, note), 'done', 'ask-again');
    } finally {
      if (held !== undefined) held.isAsked = false;
    }
  }

  /** Nobody waits for the answer. */
  connected(send: (packet: ClientPacket) => void): void {
    if (this.#held === undefined || this.#held.isAsked) return;
    send(packetOf(this.#requests.number(), this.#held.note));
  }
}

function packetOf(req: number, note: string | undefined): ClientPacket {
  if (note === undefined) return { kind: 'away', req, is: false };
  return { kind: 'away', req, is: true, ...(note === '' ? {} : { note }) };
}
