// Colours: readable on light and dark, few where the terminal has few, none where none are wanted.
import { expect, test } from 'vitest';
import { type Role, themeFor } from '../../src/ui/theme.ts';

const full = { TERM: 'xterm-256color' };
const roles: readonly Role[] = ['title', 'dim', 'day', 'notice', 'error', 'good', 'warn', 'accent', 'key'];
const painted = (env: NodeJS.ProcessEnv): string => {
  const theme = themeFor(env);
  const nicks = Array.from({ length: 200 }, (_, index) => theme.nick(`nick${index}`, 'x'));
  return [...roles.map((role) => theme.paint(role, 'x')), ...nicks].join('');
};
const parameters = (text: string): string[] =>
  [...text.matchAll(/\u001b\[([\d;]*)m/g)].map(([, on = '']) => on);

/** Relative luminance of a colour of the 6x6x6 cube (WCAG 2.2). */
const luminance = (index: number): number => {
  const steps = [0, 95, 135, 175, 215, 255];
  const linear = (at: number) => {
    const value = (steps[at] ?? 0) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const cube = index - 16;
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(linear);
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
};

test('every colour stands out from black and from white', () => {
  const used = parameters(painted(full)).flatMap((on) => /^38;5;(\d+)$/.exec(on)?.[1] ?? []);
  expect(new Set(used).size).toBeGreaterThan(12);
  for (const index of new Set(used)) {
    const light = luminance(Number(index));
    expect([index, 1.05 / (light + 0.05) >= 3.8, (light + 0.05) / 0.05 >= 3.8]).toEqual([index, true, true]);
  }
});

test('a terminal with sixteen colours gets no others, and neither yellow, white nor black', () => {
  const used = new Set(parameters(painted({ TERM: 'xterm' })));
  for (const on of used) expect(on).toMatch(/^(1|2|22|39|3[124-6]|9[145])$/);
});

test.each([{ NO_COLOR: '1' }, { FORCE_COLOR: '0' }, { NO_COLOR: '1', TERM: 'xterm-256color' }])(
  '%j: weight only',
  (env) => {
    for (const on of parameters(painted(env))) expect(on).toMatch(/^(1|2|22)$/);
  },
);

test('FORCE_COLOR goes before NO_COLOR, and the same nick has the same colour', () => {
  expect(painted({ ...full, NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(painted(full));
});
