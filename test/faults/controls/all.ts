// Every negative control there is: what the files beside this one export as `controls`.
import { readdirSync } from 'node:fs';
import type { Control } from './control.ts';

export async function allControls(): Promise<Control[]> {
  const files = readdirSync(import.meta.dirname).filter((name) => /^\d.*\.ts$/.test(name));
  const modules = await Promise.all(
    files.map((name) => import(`./${name}`) as Promise<{ readonly controls: readonly Control[] }>),
  );
  return modules.flatMap(({ controls }) => controls);
}
