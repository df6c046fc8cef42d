// hello: the session takes the first one itself; a second one is refused.
import { Refusal } from '../../protocol/errors.ts';

export function hello(): void {
  throw new Refusal('malformed', 'This connection has said hello already.');
}
