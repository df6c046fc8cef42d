// Bytes of terminals to keys: what each of them sends, split anywhere.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLimits, makeDecoder } from '../../../src/ui/input/decode.ts';
import { chord, type InputEvent } from '../../../src/ui/input/key.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

/** All events as words: chords, `text:…`, `paste:…`, `wheel:…`, `click:…`, `focus:…`. */
function shown(events: readonly InputEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'paste') return `paste:${event.text}`;
    if (event.type === 'wheel') return `wheel:${event.lines}`;
    if (event.type === 'focus') return `focus:${event.is}`;
    if (event.type === 'click') return `click:${event.column},${event.row}`;
    const { key } = event;
    return key.text === undefined ? chord(key) : `text:${key.text}`;
  });
}

function decode(chunks: readonly Uint8Array[]): string[] {
  const decoder = makeDecoder();
  const events = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return shown([...events, ...decoder.flush()]);
}

const all = (text: string) => decode([bytes(text)]);

const keys: ReadonlyArray<readonly [terminal: string, sent: string, key: string]> = [
  ['any', '\r', 'enter'],
  ['any', '\n', 'ctrl-j'],
  ['any', '\t', 'tab'],
  ['any', '\x7f', 'backspace'],
  ['any', '\b', 'ctrl-h'],
  ['any', '\x00', 'ctrl-space'],
  ['any', '\x01', 'ctrl-a'],
  ['any', '\x1f', 'ctrl-_'],
  ['any', '\x1b', 'escape'],
  ['any', '\x1b\r', 'alt-enter'],
  ['any', '\x1b\x7f', 'alt-backspace'],
  ['any', '\x1bb', 'alt-b'],
  ['any', '\x1bB', 'alt-shift-b'],
  ['any', '\x1b1', 'alt-1'],
  ['any', '\x1b/', 'alt-/'],
  ['any', '\x1b_', 'alt-_'],
  ['any', '\x1b]', 'alt-]'],
  ['any', '\x1b[', 'alt-['],
  ['any', '\x1bO', 'alt-shift-o'],
  ['any', '\x1bé', 'alt-é'],
  ['xterm', '\x1b[A', 'up'],
  ['xterm', '\x1bOA', 'up'],
  ['xterm', '\x1b[1;2A', 'shift-up'],
  ['xterm', '\x1b[1;5C', 'ctrl-right'],
  ['xterm', '\x1b[1;3D', 'alt-left'],
  ['xterm', '\x1b[1;5H', 'ctrl-home'],
  ['xterm', '\x1b[1;3F', 'alt-end'],
  ['xterm', '\x1b[H', 'home'],
  ['xterm', '\x1bOF', 'end'],
  ['xterm', '\x1b[Z', 'shift-tab'],
  ['xterm', '\x1b[3~', 'delete'],
  ['xterm', '\x1b[5~', 'pageup'],
  ['xterm', '\x1b[6;5~', 'ctrl-pagedown'],
  ['xterm', '\x1bOP', 'f1'],
  ['xterm', '\x1bOR', 'f3'],
  ['xterm', '\x1b[18~', 'f7'],
  ['xterm', '\x1b[19~', 'f8'],
  ['xterm', '\x1b[24;2~', 'shift-f12'],
  ['xterm, modifyOtherKeys', '\x1b[27;2;13~', 'shift-enter'],
  ['xterm, modifyOtherKeys', '\x1b[27;5;97~', 'ctrl-a'],
  ['tmux', '\x1b[1~', 'home'],
  ['tmux', '\x1b[4~', 'end'],
  ['tmux, extended-keys', '\x1b[13;2u', 'shift-enter'],
  ['kitty', '\x1b[27u', 'escape'],
  ['kitty', '\x1b[13;2u', 'shift-enter'],
  ['kitty', '\x1b[13;3u', 'alt-enter'],
  ['kitty', '\x1b[97;5u', 'ctrl-a'],
  ['kitty', '\x1b[97;5:1u', 'ctrl-a'],
  ['kitty', '\x1b[99:67;5u', 'ctrl-c'],
  ['kitty', '\x1b[127;3u', 'alt-backspace'],
  ['kitty', '\x1b[13~', 'f3'],
  ['kitty', '\x1b[P', 'f1'],
  ['kitty', '\x1b[1;5:2A', 'ctrl-up'],
  ['kitty', '\x1b[57421u', 'pageup'],
  ['kitty, text reported', '\x1b[97;2;65u', 'text:A'],
  ['kitty, text reported', '\x1b[32u', 'text: '],
  ['kitty, keypad', '\x1b[57404u', 'text:5'],
  ['Terminal.app', '\x1b\x1b[A', 'alt-up'],
  ['Terminal.app', '\x1b\x1b[D', 'alt-left'],
  ['rxvt', '\x1b[a', 'shift-up'],
  ['rxvt', '\x1bOd', 'ctrl-left'],
  ['rxvt', '\x1b[7~', 'home'],
  ['rxvt', '\x1b[7^', 'ctrl-home'],
  ['rxvt', '\x1b[7$', 'shift-home'],
  ['Linux console', '\x1b[[A', 'f1'],
  ['Linux console', '\x1b[[E', 'f5'],
  ['keypad in application mode', '\x1bOM', 'enter'],
  ['keypad in application mode', '\x1bOs', 'text:3'],
  ['mouse', '\x1b[<64;10;5M', 'wheel:-3'],
  ['mouse', '\x1b[<65;10;5M', 'wheel:3'],
  ['mouse', '\x1b[<0;10;5M', 'click:9,4'],
  ['mouse, Shift held', '\x1b[<68;10;5M', 'wheel:-3'],
  ['focus', '\x1b[I', 'focus:in'],
  ['focus', '\x1b[O', 'focus:out'],
];

const replies: ReadonlyArray<readonly [what: string, sent: string]> = [
  ['cursor position', '\x1b[24;80R'],
  ['device attributes', '\x1b[?62;1;4c'],
  ['secondary attributes', '\x1b[>0;276;0c'],
  ['window size', '\x1b[8;24;80t'],
  ['kitty flags', '\x1b[?1u'],
  ['mode report', '\x1b[?2026;2$y'],
  ['status', '\x1b[0n'],
  ['background colour, BEL', '\x1b]11;rgb:1e1e/1e1e/1e1e\x07'],
  ['background colour, ST', '\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\'],
  ['clipboard', '\x1b]52;c;aGVsbG8=\x1b\\'],
  ['terminfo', '\x1bP1+r544e=787465726d\x1b\\'],
  ['version', '\x1bP>|XTerm(390)\x1b\\'],
  ['kitty graphics', '\x1b_Gi=31;OK\x1b\\'],
  ['a click of another button', '\x1b[<2;10;5M'],
  ['a click with Shift', '\x1b[<4;10;5M'],
  ['a release', '\x1b[<0;10;5m'],
  ['a click of before 1006', '\x1b[M !!'],
  ['a key going up (kitty)', '\x1b[97;1:3u'],
  ['a lone Shift (kitty)', '\x1b[57441;2u'],
  ['an overlong sequence', `\x1b[${'1;'.repeat(400)}A`],
];

describe('keys', () => {
  test.each(keys)('%s: %j is %s', (_terminal, sent, key) => {
    expect(all(sent)).toEqual([key]);
  });

  test('several keys in one chunk are told in order', () => {
    expect(all('a\x1b[Db\x7f\r')).toEqual(['text:a', 'left', 'text:b', 'backspace', 'enter']);
  });

  test('capitals are letters with Shift that type themselves', () => {
    const event = makeDecoder().push(bytes('Ä'))[0];
    expect(event).toEqual({
      type: 'key',
      key: { name: 'ä', text: 'Ä', ctrl: false, alt: false, shift: true },
    });
  });

  test('two Escapes are two Escapes', () => {
    expect(all('\x1b\x1b')).toEqual(['escape', 'escape']);
  });
});

describe('what a terminal answers by itself', () => {
  test.each(replies)('%s is no key', (_what, sent) => {
    expect(all(`${sent}x`)).toEqual(['text:x']);
  });

  test.each(replies)('%s is no key when each byte comes alone', (_what, sent) => {
    const chunks = Array.from(bytes(`${sent}x`), (byte) => Uint8Array.of(byte));
    expect(decode(chunks)).toEqual(['text:x']);
  });

  test('bytes that are no UTF-8 and C1 controls type nothing', () => {
    expect(decode([Uint8Array.of(0xff, 0x61, 0xc2, 0x9b, 0x62)])).toEqual(['text:a', 'text:b']);
  });

  test('an answer that never ends is given up when nothing more comes', () => {
    const decoder = makeDecoder();
    decoder.push(bytes('\x1b]11;rgb:'));
    expect(decoder.waits()).toBe('string');
    decoder.flush();
    expect(shown(decoder.push(bytes('ok')))).toEqual(['text:o', 'text:k']);
  });

  test('Ctrl-c breaks an answer off', () => {
    expect(all('\x1b]11;rgb:\x03')).toEqual(['ctrl-c']);
  });
});

describe('pastes', () => {
  test('a paste is whole, with its line ends, and keys around it stay keys', () => {
    expect(all('a\x1b[200~one\rtwo\x1b[201~\r')).toEqual(['text:a', 'paste:one\rtwo', 'enter']);
  });

  test('sequences within a paste are text', () => {
    expect(all('\x1b[200~x\x1b[Ay\x1b[201\x1b[201~')).toEqual(['paste:x\x1b[Ay\x1b[201']);
  });

  test('a paste over the bound is cut, and what follows it is not typed', () => {
    const decoder = makeDecoder();
    const events = [
      ...decoder.push(bytes('\x1b[200~')),
      ...decoder.push(bytes('x'.repeat(decodeLimits.pasteUnits))),
      ...decoder.push(bytes('yyy')),
      ...decoder.push(bytes('\x1b[201~z')),
    ];
    expect(events[0]).toMatchObject({ type: 'paste', isCut: true });
    expect(events[0]?.type === 'paste' && events[0].text.length).toBe(decodeLimits.pasteUnits);
    expect(shown(events.slice(1))).toEqual(['text:z']);
  });

  test('a paste whose end is lost is told when nothing more comes', () => {
    const decoder = makeDecoder();
    decoder.push(bytes('\x1b[200~half'));
    expect(decoder.waits()).toBe('paste');
    expect(shown(decoder.flush())).toEqual(['paste:half']);
    expect(shown(decoder.push(bytes('k')))).toEqual(['text:k']);
  });
});

describe('chunks', () => {
  const piece = fc.constantFrom(
    ...keys.map(([, sent]) => sent).filter((sent) => sent.length > 2 || !sent.startsWith('\x1b')),
    ...replies.map(([, sent]) => sent),
    'hello',
    'é',
    '👩‍👩‍👧',
    '漢字',
    '\x1b[200~a\nb\x1b[201~',
  );

  test('the same bytes give the same events however they are split', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 12 }),
        (pieces, cuts) => {
          const whole = bytes(pieces.join(''));
          const places = [...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length])];
          places.sort((a, b) => a - b);
          const chunks = places.slice(1).map((end, at) => whole.subarray(places[at], end));
          expect(decode(chunks)).toEqual(decode([whole]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('any bytes at all: the same events however they are split, and nothing waits after a flush', () => {
    const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...bytes('\x1b[]OPM_G<0;2~ua\\\x07')));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (array) => {
        const whole = Uint8Array.from(array);
        const single = Array.from(whole, (one) => Uint8Array.of(one));
        expect(decode(single)).toEqual(decode([whole]));
      }),
      { numRuns: 2_000 },
    );
  });
});
