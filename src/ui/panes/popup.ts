// What Tab offers, above the composer; the choice is marked by a sign and reversed.
import type { Popup } from '../state/actions.ts';
import type { State } from '../state/state.ts';
import { cutTo } from '../text/wrap.ts';
import type { PaintedRow } from './text-pane.tsx';

export const popupRows = (state: State, popup: Popup, height: number): readonly PaintedRow[] => {
  const first = Math.max(0, Math.min(popup.selected - height + 1, popup.items.length - height));
  return popup.items.slice(first, first + height).map(({ label, detail }, index) => {
    const isSelected = first + index === popup.selected;
    const text = cutTo(`${isSelected ? '›' : ' '} ${label}${detail ? `  ${detail}` : ''}`, state.columns - 1);
    return ` ${isSelected ? state.theme.paint('selected', text) : text}`;
  });
};
