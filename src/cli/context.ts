// What every subcommand is given: the words, the folders, and the way to the outside. Made once by main.
import type { Notes } from './notes.ts';
import type { Flags } from './options.ts';
import type { Output } from './output.ts';
import type { Paths } from './paths.ts';

export type Context = {
  readonly flags: Flags;
  readonly input: readonly string[];
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly output: Output;
  readonly notes: Notes;
};

/** One subcommand. Resolves with its exit code; throws what `exitCodeOf` knows. */
export type Command = (context: Context) => Promise<number>;
