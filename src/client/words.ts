// Drafts, ignored people and highlight words, as the screen asks for them: in memory, with what was kept of earlier runs. A session
// without a local store keeps nothing of them.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import { clientBounds } from './bounds.ts';
import type { Drafts, Highlights, Ignored } from './client.ts';

/** `keep` is told of each change. */
export function draftsIn(
  kept: ReadonlyMap<RoomName, string> | undefined,
  keep: (room: RoomName, text: string) => void,
): Drafts {
  const texts = new Map(kept);
  return {
    get: (room) => texts.get(room) ?? '',
    set: (room, text) => {
      const draft = text.slice(0, clientBounds.draftChars);
      if (draft === (texts.get(room) ?? '')) return;
      if (draft === '') texts.delete(room);
      else texts.set(room, draft);
      keep(room, draft);
    },
  };
}

/** `keep` is told of each change; without a nick it is the end of one. */
export function ignoredIn(
  kept: ReadonlyMap<MemberId, string> | undefined,
  keep: (member: MemberId, nick: string | undefined) => void,
): Ignored {
  const nicks = new Map(kept);
  return {
    get list() {
      return [...nicks].map(([member, nick]) => ({ member, nick }));
    },
    has: (member) => nicks.has(member),
    add: (member, nick) => {
      if (nicks.size >= clientBounds.ignoredMax && !nicks.has(member)) return;
      nicks.set(member, nick);
      keep(member, nick);
    },
    remove: (member) => {
      if (nicks.delete(member)) keep(member, undefined);
    },
  };
}

/** `keep` is told of each change. Beyond the bound nothing is added, which `add` says by false. */
export function highlightsIn(
  kept: readonly string[] | undefined,
  keep: (word: string, what: 'added' | 'removed') => void,
): Highlights {
  const words = new Set(kept);
  return {
    get list() {
      return [...words];
    },
    add: (word) => {
      if (words.has(word)) return true;
      if (words.size >= clientBounds.highlightsMax || word.length > clientBounds.highlightChars) return false;
      words.add(word);
      keep(word, 'added');
      return true;
    },
    remove: (word) => {
      if (!words.delete(word)) return false;
      keep(word, 'removed');
      return true;
    },
  };
}
