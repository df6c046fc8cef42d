// Ink cleans every text of the screen of what terminals would obey, each time it looks at it. Of text that holds nothing
// but plain characters and colours it takes nothing, which a regular expression tells in a hundredth of the time; other
// answers are remembered. The build puts this around Ink's own (scripts/ink-plugins.ts).
import { narrowUnits } from '../../text/units.ts';
import { remembered } from './remembered.ts';

const clean = new RegExp(String.raw`^(?:[${narrowUnits}]|\x1b\[\d{1,3}(?:;\d{1,3})*m)*$`);

export const quickClean = (ask: (text: string) => string, most: number): ((text: string) => string) => {
  const rest = remembered(ask, most);
  return (text) => (clean.test(text) ? text : rest(text));
};
