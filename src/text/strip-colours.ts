// Build output without its colours: escape sequences that a terminal would obey and nobody would read. `send` and
// plain mode put it between a pipe and the messages. What is no whole sequence stays, and is shown as text by who reads it.

/** CSI (ECMA-48 §5.4: colours, erasing a line) and OSC with its end (links, titles). */
// The parts exclude each other, so nothing is read twice.
const sequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
const unfinished = /\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]*\u001b?)?$/;
/** A sequence that is longer is text: nothing honest is, and what is held back must be bounded. */
const sequenceCharsMax = 4_096;

export type ColourStrip = { readonly push: (chunk: string) => string; readonly end: () => string };

/** Fed any chunking. */
export function stripColours(): ColourStrip {
  let held = '';
  return {
    push(chunk) {
      const text = (held + chunk).replace(sequence, '');
      const from = unfinishedFrom(text);
      held = text.slice(from);
      return text.slice(0, from);
    },
    end() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

/** Looks at the end of the text only, so that a long chunk without a sequence is not searched again and again. */
function unfinishedFrom(text: string): number {
  const begin = Math.max(0, text.length - sequenceCharsMax);
  const found = unfinished.exec(text.slice(begin));
  return found === null ? text.length : begin + found.index;
}
