export type EscapeRecord = {
  readonly name: string;
  readonly class: string;
  readonly text: string;
  readonly expect: readonly string[];
  readonly hex?: string;
  readonly parts?: readonly string[];
  readonly hexParts?: readonly string[];
};
/** The names of the rules that do not hold. */
export function checkString(record: EscapeRecord, sanitize: (text: string) => string): string[];

export type Sequence = { readonly kind: string; readonly body: string };
/** The sequences in what a program wrote that are none of those it may write by itself. */
export function checkStream(stream: string, allow?: (sequence: Sequence) => boolean): Sequence[];

/** What a terminal would have done. */
export type Emulated = {
  readonly reply: string;
  readonly title: number;
  readonly bell: number;
  readonly osc52: number;
  readonly osc8: number;
  readonly screen: readonly string[];
  readonly modes: string;
  readonly bufferType: string;
};
export function emulate(
  stream: string,
  options: { readonly xterm: object; readonly cols?: number; readonly rows?: number },
): Promise<Emulated>;
