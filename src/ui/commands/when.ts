// A place in the past as people type it: a date, a time, a word for a day, or the number of a message. Pure.

export type When = { readonly seq: number } | { readonly at: number };

const dayMs = 24 * 3_600_000;

/** `#12` and `12`; `2026-11-01`, with `12:30` behind it too; `12:30` (the last one); `today`, `yesterday`. Local time. */
export function parseWhen(typed: string, now: number): When | undefined {
  const text = typed.trim().toLowerCase();
  const digits = /^#?(\d{1,15})$/.exec(text)?.[1];
  if (digits !== undefined) return { seq: Number(digits) };
  if (text === 'today') return { at: startOfDay(now) };
  // Not a day's milliseconds back: a day of the clock's change has an hour more or less.
  if (text === 'yesterday') return { at: startOfDay(startOfDay(now) - dayMs / 2) };
  const time = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (time) return lastTime(Number(time[1]), Number(time[2]), now);
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t](\d{1,2}):(\d{2}))?$/.exec(text);
  return date ? onDate(date.slice(1).map((part) => Number(part ?? 0))) : undefined;
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Today's, or yesterday's where that is still to come. */
function lastTime(hours: number, minutes: number, now: number): When | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const today = new Date(now).setHours(hours, minutes, 0, 0);
  if (today <= now) return { at: today };
  return { at: new Date(startOfDay(startOfDay(now) - dayMs / 2)).setHours(hours, minutes, 0, 0) };
}

/** A day that there is: `2026-02-30` is none. */
function onDate([year = 0, month = 0, day = 0, hours = 0, minutes = 0]: readonly number[]): When | undefined {
  const date = new Date(year, month - 1, day, hours, minutes);
  const isSame = date.getMonth() === month - 1 && date.getDate() === day && date.getHours() === hours;
  return isSame && minutes < 60 && year >= 1970 ? { at: date.getTime() } : undefined;
}
