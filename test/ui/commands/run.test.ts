// What a line does while the server is away.
import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/ui/commands/command.ts';
import { runInput } from '../../../src/ui/commands/run.ts';
import { fakeClient } from '../../helpers/fake-client.ts';

const run = (line: string, change: Partial<ReturnType<typeof fakeClient>> = {}) => {
  const told: string[] = [];
  const client = { ...fakeClient(), ...change };
  const context = { client, notice: (text: string) => told.push(text) } as Partial<CommandContext>;
  return { outcome: runInput(context as CommandContext, line), told };
};

test('what only the server can answer is said to wait for it', async () => {
  const answer = Promise.withResolvers<Awaited<ReturnType<ReturnType<typeof fakeClient>['who']>>>();
  const first = Promise.withResolvers<void>();
  const told: string[] = [];
  const client = { ...fakeClient(), who: () => answer.promise };
  const notice = (text: string) => {
    told.push(text);
    first.resolve();
  };
  const outcome = runInput({ client, notice } as Partial<CommandContext> as CommandContext, '/who');
  await first.promise;
  expect(told).toEqual(['/who waits for the connection; it is done once that is back.']);
  answer.resolve({ kind: 'roster', re: 1, online: 1, people: [] });
  expect(await outcome).toBe('taken');
  expect(told.at(-1)).toContain('1 online');
});

test('what is refused here does not wait', async () => {
  const { outcome, told } = run('/nick');
  expect(await outcome).toBe('refused');
  expect(told).toEqual(['Which name? Type /nick NAME.']);
});

test('with the server there, nothing is said before the answer', async () => {
  const { outcome, told } = run('/who', { status: { is: 'online' } });
  expect(await outcome).toBe('taken');
  expect(told).toEqual([expect.stringContaining('1 online')]);
});
