// Which reactions are offered for what was typed in the picker. Pure; the picker's keys are in input/picker.ts.
import { everydayEmoji, findShortCodes, isEmoji, type ShortCode } from '../../text/emoji.ts';
import { safeLine } from '../../text/safe-text.ts';
import type { Picker } from './acting.ts';
import type { Popup } from './actions.ts';

/** More are no help: a letter more narrows them. */
const offeredMax = 60;

/** An emoji that was typed or pasted itself comes first. */
export const offered = ({ search }: Pick<Picker, 'search'>): readonly ShortCode[] => {
  const typed = search.trim();
  if (typed === '') return everydayEmoji.slice(0, offeredMax);
  if (isEmoji(typed)) return [{ emoji: typed, code: '' }];
  return findShortCodes(typed, offeredMax);
};

export const pickerPopup = (picker: Picker): Popup => ({
  items: offered(picker).map(({ emoji, code }) => ({
    label: safeLine(emoji),
    ...(code !== '' && { detail: safeLine(`:${code}:`) }),
  })),
  selected: picker.selected,
});
