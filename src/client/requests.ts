// Questions with a number, and their answers. The session asks through it; an answer finds its question by `re`.
import type { Refusal } from '../protocol/errors.ts';
import type { ClientPacket, ServerKind, ServerPacket, ServerPackets } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import { ConnectionLost } from './errors.ts';

/** What happens to a question whose connection goes: it is asked again on the next one, or rejects. */
export type OnLoss = 'ask-again' | 'reject';

type Waiting = {
  readonly packet: ClientPacket;
  readonly onLoss: OnLoss;
  readonly answered: (packet: ServerPacket) => void;
  readonly failed: (error: Error) => void;
  /** Connections that it was asked on. */
  asked: number;
};

function isKind<Kind extends ServerKind>(
  packet: ServerPacket,
  kind: Kind,
): packet is ServerPackets[Kind] & ServerPacket {
  return packet.kind === kind;
}

export class Requests {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Set while a connection is there. */
  #send: ((packet: ClientPacket) => void) | undefined;
  #ended: Error | undefined;

  /** A number for a question that its asker follows itself. */
  number(): number {
    this.#last += 1;
    return this.#last;
  }

  /**
   * Resolves with the answer of `kind`; rejects with the server's `Refusal`, or with `ConnectionLost` as `onLoss`
   * says. Without a connection a question that may be asked again waits for the next one.
   */
  ask<Kind extends ServerKind>(
    make: (req: number) => ClientPacket,
    kind: Kind,
    onLoss: OnLoss,
  ): Promise<ServerPackets[Kind]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#waiting.size >= clientBounds.requestsWaiting) {
      return Promise.reject(new ConnectionLost('Too many questions wait for the server; try again later.'));
    }
    if (this.#send === undefined && onLoss === 'reject') {
      return Promise.reject(new ConnectionLost('The server is not connected; try again when it is.'));
    }
    const req = this.number();
    const packet = make(req);
    const { promise, resolve, reject } = Promise.withResolvers<ServerPackets[Kind]>();
    const answered = (answer: ServerPacket) => {
      if (isKind(answer, kind)) resolve(answer);
      else reject(new ConnectionLost(`The server answered ${answer.kind} where ${kind} was due.`));
    };
    const waiting: Waiting = { packet, onLoss, answered, failed: reject, asked: 0 };
    this.#waiting.set(req, waiting);
    if (this.#send !== undefined) ask(waiting, this.#send);
    return promise;
  }

  /** Gives an answer to its question; an answer to nothing is dropped. */
  answer(re: number, packet: ServerPacket): void {
    this.#take(re)?.answered(packet);
  }

  refuse(re: number, refusal: Refusal): void {
    this.#take(re)?.failed(refusal);
  }

  /** A connection is there: what waits is asked (again), in order. */
  connected(send: (packet: ClientPacket) => void): void {
    this.#send = send;
    for (const waiting of this.#waiting.values()) ask(waiting, send);
  }

  lost(error: Error): void {
    this.#send = undefined;
    for (const [req, { onLoss, asked }] of this.#waiting) {
      if (onLoss === 'reject') this.#take(req)?.failed(error);
      else if (asked >= clientBounds.questionTries) this.#take(req)?.failed(gaveUp(asked, error));
    }
  }

  /** No connection will come any more. */
  end(error: Error): void {
    this.#ended = error;
    this.#send = undefined;
    for (const req of this.#waiting.keys()) this.#take(req)?.failed(error);
  }

  #take(re: number): Waiting | undefined {
    const waiting = this.#waiting.get(re);
    this.#waiting.delete(re);
    return waiting;
  }
}

function ask(waiting: Waiting, send: (packet: ClientPacket) => void): void {
  waiting.asked += 1;
  send(waiting.packet);
}

function gaveUp(times: number, cause: Error): ConnectionLost {
  return new ConnectionLost(
    `The connection broke off ${times} times before the answer came: ${cause.message}`,
    {
      cause,
    },
  );
}
