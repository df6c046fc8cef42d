// Words of the command line that stand for something on the wire: an id, a place in the log, a file.
// Subcommands call them before anything is dialled; each throws `UsageError`.
import { PostId, Seq } from '../protocol/packet.ts';
import { wholeNumber } from './argv.ts';
import { UsageError } from './failure.ts';
import type { OptionName } from './options.ts';

// The schemas say what is well formed; this is how any of them is asked without knowing its library.
type Schema<Output> = {
  readonly '~standard': {
    validate(value: unknown): Result<Output> | Promise<Result<Output>>;
  };
};
type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

function parsed<Output>(schema: Schema<Output>, value: unknown): Output | undefined {
  const result = schema['~standard'].validate(value);
  return 'then' in result || result.issues !== undefined ? undefined : result.value;
}

/** In any letter case; the wire has lower case. */
export function parsePostId(text: string): PostId {
  const id = parsed(PostId, text.toLowerCase());
  if (id !== undefined) return id;
  throw new UsageError(`--id wants a UUID, like one of uuidgen, not ${JSON.stringify(text)}.`);
}

export function parseSeq(name: OptionName, text: string): Seq {
  return toSeq(wholeNumber(name, text, 0));
}

function toSeq(value: number): Seq {
  const seq = parsed(Seq, value);
  if (seq === undefined) throw new UsageError(`${value} is no place in a log.`);
  return seq;
}

export type FileWord = { readonly seq: Seq } | { readonly sha256: string };

const digestForm = /^[0-9a-f]{6,64}$/;

/** Digits alone are a seq; hexadecimal from six digits on the start of a SHA-256, also behind `sha256:`. */
export function parseFileWord(text: string): FileWord {
  const prefixed = /^sha256:(.*)$/i.exec(text)?.[1];
  if (prefixed === undefined && /^\d{1,15}$/.test(text)) return { seq: toSeq(Number(text)) };
  const digest = (prefixed ?? text).toLowerCase();
  if (digestForm.test(digest)) return { sha256: digest };
  throw new UsageError(
    `${JSON.stringify(text)} names no file: say the seq of its message, or at least 6 digits of its SHA-256.`,
  );
}
