// Times, sizes and progress as people read them. Pure; called by rows.ts, panes and commands.

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

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.2 MB`: powers of ten, as file managers and disks count. */
export const fileSize = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const digits = power > 0 && value < 99.5 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[power]}`;
};

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
