// How long a promise's test may take before it hangs: a machine may be busy, and a long run takes as long as it takes.
import { sized } from '../size.ts';

export const patienceMs = sized({ quick: 120_000, long: 0 });
