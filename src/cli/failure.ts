// Wrong usage: exit code 2, and one sentence with the next step. Thrown wherever words of the command line are read.

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
