// Ends of the command line's own, each with one sentence for a person: wrong usage, and what has an exit code of its own.

/** Exit code 2. Thrown wherever words of the command line are read; the sentence says the next step. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An end that is told apart by its exit code alone: `code` is one of the contract's. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
