// A pure function that remembers its last answers. The build puts it around what Ink asks anew for every row of every
// frame (scripts/ink-plugins.ts); row-output.ts keeps its rows with it.

/** What was asked for since the last `most` new answers, and before them, is at hand: at most twice `most` answers. */
export const remembered = <Answer>(
  ask: (question: string) => Answer,
  most: number,
): ((question: string) => Answer) => {
  let young = new Map<string, Answer>();
  let old = new Map<string, Answer>();
  const keep = (question: string, answer: Answer): Answer => {
    if (young.size >= most) {
      old = young;
      young = new Map();
    }
    young.set(question, answer);
    return answer;
  };
  return (question) => {
    const held = young.get(question);
    if (held !== undefined) return held;
    const aged = old.get(question);
    return keep(question, aged === undefined ? ask(question) : aged);
  };
};
