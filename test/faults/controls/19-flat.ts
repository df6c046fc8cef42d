// Something of somebody who has left is kept: one table at a time.
import type { Control, Edit } from './control.ts';

const test = {
  file: 'test/faults/promises/19-flat.test.ts',
  name: 'no table of the server keeps anybody who has left',
};
const keeps = (without: string, edit: Edit, fails: RegExp): Control => ({
  promise: 19,
  without,
  edits: [edit],
  test,
  fails,
});

export const controls: readonly Control[] = [
  keeps(
    'a session leaving the hub',
    { file: 'server/session.ts', text: '    this.#core.hub.leave(this);\n', instead: '' },
    /expected \[.*'followers'/,
  ),
  keeps(
    'forgetting tickets that nobody used',
    { file: 'server/tickets.ts', text: 'if (until > now) return;', instead: 'if (until > 0) return;' },
    /expected \[.*'tickets'/,
  ),
  keeps(
    'sweeping the budgets of who is gone',
    { file: 'server/rates.ts', text: 'this.#budgets.delete(whose);', instead: '{}' },
    /to be less than or equal to 1000/,
  ),
  keeps(
    'a connection leaving those that are watched',
    { file: 'net/socket-connection.ts', text: '    rounds.leave(this);\n', instead: '' },
    /expected \[.*'watched'/,
  ),
  keeps(
    'a newcomer that is gone leaving its place',
    {
      file: 'net/listen.ts',
      text: "    socket.once('close', () => this.#halfOpen.leave(guest));\n",
      instead: '',
    },
    /expected \[.*'halfOpen'/,
  ),
];
