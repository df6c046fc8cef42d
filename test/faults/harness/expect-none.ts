// The verdict of a promise's test on what the checker found.
import { expect } from 'vitest';

/** What was breached is the failure's message: a negative control is known by it. */
export function expectNone(breaches: readonly string[]): void {
  expect(breaches, breaches.join('\n')).toEqual([]);
}
