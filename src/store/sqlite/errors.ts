// What SQLite's errors mean to us. https://www.sqlite.org/rescode.html has the numbers.
import type { LogRefusal } from '../content.ts';

const sqliteBusy = 5;
const sqliteFull = 13;

export function isBusy(error: unknown): boolean {
  return resultCode(error) === sqliteBusy;
}

/** The refusal that a failed write comes to. */
export function refusalOf(error: unknown): LogRefusal {
  return resultCode(error) === sqliteFull ? 'disk-full' : 'log-failed';
}

/** The primary code: the low byte of the extended one. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}
