// Loaded before the program (`node --import`): its wall clock jumps at each SIGUSR2, by a day on, two hours back, and
// so on. Monotonic clocks and timers go on as they are, as they do when a machine's clock is set.
import { isMainThread } from 'node:worker_threads';

const hour = 3_600_000;
const jumps = [24 * hour, -2 * hour, -48 * hour, 5 * 60_000, -60_000, 720 * hour, -720 * hour];

if (isMainThread) {
  const now = Date.now;
  let moved = 0;
  let next = 0;
  Date.now = () => now() + moved;
  process.on('SIGUSR2', () => {
    moved += jumps[next % jumps.length] ?? 0;
    next += 1;
  });
}
