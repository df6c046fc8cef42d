// Guards of the wire's beginning taken out, one at a time: somebody who means harm is not cut, or takes others along.
import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/10-malformed.test.ts',
  name: 'malformed streams end only who sent them, and a witness is answered all along',
};

export const controls: readonly Control[] = [
  {
    promise: 10,
    without: 'the check of a frame’s length',
    edits: [
      { file: 'protocol/frame.ts', text: 'length === 0 || length > this.#bytesMax', instead: 'length === 0' },
    ],
    test,
    fails: /length\/|a length over the bound/,
  },
  {
    promise: 10,
    without: 'the check of a frame’s first byte',
    edits: [
      {
        file: 'protocol/frame.ts',
        text: 'this.#chunk.length > body && this.#chunk[body] !== openBrace',
        instead: 'false',
      },
      { file: 'protocol/frame.ts', text: 'body[0] !== openBrace', instead: 'false' },
    ],
    test,
    // A frame that is not whole yet is told by its first byte as well.
    fails: /no brace at the beginning|short-of-payload/,
  },
  {
    promise: 10,
    without: 'a Refusal for what cannot be decoded',
    edits: [
      {
        file: 'protocol/codec.ts',
        text: "throw new Refusal('malformed', 'The frame is not JSON in UTF-8.', { cause });",
        instead: 'throw cause;',
      },
    ],
    test,
    fails: /The connection ended|the sender of streams ended/,
  },
  {
    promise: 10,
    without: 'the bound of malformed packets',
    edits: [
      {
        file: 'server/session.ts',
        text: 'this.#malformed < this.#core.limits.malformedMax',
        instead: 'true',
      },
    ],
    test,
    fails: /five that are malformed \d+/,
  },
];
