// What commands and keys are given by run.tsx: the client, the store, and what only the terminal's owner can do.
// Apart from actions.ts, which the store itself imports.
import type { Client } from '../../client/client.ts';
import type { RoomName } from '../../protocol/names.ts';
import type { SafeText } from '../../text/safe-text.ts';
import type { ScrollStep, Tone } from './actions.ts';
import type { Store } from './store.ts';

/** Why the chat is left: what runChat resolves with. */
export type ChatEnd = {
  readonly why: 'quit' | 'ended' | 'signal';
  readonly code: number;
  readonly message?: string;
  /** What ended it, for the exit code that the contract has for it. */
  readonly error?: Error;
};

/** What commands and keys are given. Everything they do to the screen goes through `store.dispatch`. */
export type ChatContext = {
  readonly client: Client;
  readonly store: Store;
  /** The folder that received files go to. */
  readonly downloads: string;
  /** Unix milliseconds. */
  now(): number;
  /** A local line in the open room. `text` need not be safe: it is made so here. */
  notice(text: string, tone?: Tone): void;
  /** The open room. */
  room(): RoomName;
  scroll(step: ScrollStep): void;
  /** Tells the others at once (`client.close('quit')`), gives the terminal back and ends runChat. */
  quit(end?: ChatEnd): void;
  /** Draws the whole screen anew. */
  redraw(): void;
  /** Gives the terminal to the shell (Ctrl-z) and takes it back. */
  suspend(): void;
  /** Into the clipboard of the terminal. */
  copy(text: SafeText): void;
  /** Mouse reporting on or off, so that the terminal's own selection works. */
  setMouse(to: 'ours' | 'terminal'): void;
};
