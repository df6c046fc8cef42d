import { expect, test } from 'vitest';
import { remembered } from '../../../src/ui/ink/remembered.ts';

const counting = () => {
  const asked: string[] = [];
  const ask = remembered((question) => {
    asked.push(question);
    return question.length;
  }, 3);
  return { ask, asked };
};

test('an answer is asked for once', () => {
  const { ask, asked } = counting();
  expect([ask('one'), ask('three'), ask('one'), ask('')]).toEqual([3, 5, 3, 0]);
  expect([ask(''), ask('three')]).toEqual([0, 5]);
  expect(asked).toEqual(['one', 'three', '']);
});

test('what nobody asked for any more is let go, what is asked for stays', () => {
  const { ask, asked } = counting();
  for (let n = 0; n < 20; n++) {
    ask('kept');
    ask(`passing ${n}`);
  }
  expect(asked.filter((question) => question === 'kept')).toHaveLength(1);
  ask('passing 0');
  expect(asked.filter((question) => question === 'passing 0')).toHaveLength(2);
});
