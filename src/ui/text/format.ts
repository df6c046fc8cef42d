// Times and progress as people read them. Pure; called by rows.ts, panes and commands.

const two = (number: number): string => String(number).padStart(2, '0');

/** `12:52`, local time. */
export const clock = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
};

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sun 22 Nov 2026`, local time. */
export const dayName = (at: number): string => {
  const date = new Date(at);
  return `${days[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`;
};

/** `22 Nov 2026`, local time, always as wide. */
export const shortDay = (at: number): string => {
  const date = new Date(at);
  return `${String(date.getDate()).padStart(2)} ${months[date.getMonth()]} ${date.getFullYear()}`;
};

/** `22 Nov 2026 12:52`, local time. */
export const moment = (at: number): string => `${shortDay(at).trimStart()} ${clock(at)}`;

/** `3 min`, `2 h`, `5 d`: how long ago, roughly. */
export const span = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
};
export const ago = (ms: number): string => (ms < 60_000 ? 'just now' : `${span(ms)} ago`);

/** `3 s`, `2 min`, `1 h 5 min`. */
export const duration = (seconds: number): string => {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** `████░░░░`, by the share that is done. */
export const bar = (share: number, width: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
};
