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
