import type { Control } from './control.ts';

const test = {
  file: 'test/faults/promises/14-returned.test.ts',
  name: 'all are back in time, spread out, and with one notice each',
};

export const controls: readonly Control[] = [
  {
    promise: 14,
    without: 'jitter: everybody waits the whole pause',
    edits: [
      {
        file: 'client/dial-loop.ts',
        text: '  return random * Math.min(',
        instead: '  return (random < 0 ? 0 : 1) * Math.min(',
      },
    ],
    test,
    fails: /the dials are spread/,
  },
  {
    promise: 14,
    without: 'dialling again: a chat that was there gives up as a script does at first',
    edits: [
      {
        file: 'client/session.ts',
        text: 'afterMs: isChat ? Number.POSITIVE_INFINITY : clientBounds.scriptOutageMs,',
        instead: 'afterMs: 0,',
      },
    ],
    test,
    fails: /came back/,
  },
  {
    promise: 14,
    without: 'one notice: each dial that failed is told',
    edits: [
      {
        file: 'ui/plain-view.ts',
        text: "if (status.is === 'waiting' && !this.#wasOffline) {",
        instead: "if (status.is === 'waiting') {",
      },
    ],
    test,
    fails: /one notice that it went/,
  },
];
