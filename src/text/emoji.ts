// What is one emoji, and the short codes that people type for the everyday ones. The server takes no other reaction; the
// picker, the completion and `:codes:` in texts come from the table.
import { limits } from '../protocol/limits.ts';

/**
 * RGI emoji (Unicode TS #51, ED-27) by their kinds: what a keyboard offers and a font has as one picture, keycaps and
 * flags, skin tones and families included. A digit or a letter alone is none, nor is ❤ without its variation selector.
 * Each pattern is made when it is first asked: all of them at once would take 50 ms, the last alone 20.
 */
const kinds: readonly (() => RegExp)[] = [
  () => /^\p{Basic_Emoji}$/v,
  () => /^\p{RGI_Emoji_Flag_Sequence}$/v,
  () => /^\p{RGI_Emoji_Modifier_Sequence}$/v,
  () => /^(?:\p{Emoji_Keycap_Sequence}|\p{RGI_Emoji_Tag_Sequence})$/v,
];
const joined = () => /^\p{RGI_Emoji_ZWJ_Sequence}$/v;
const joiner = '\u200d';
const made = new Map<() => RegExp, RegExp>();

/** One emoji and nothing else. */
export function isEmoji(text: string): boolean {
  if (text === '' || text.length > limits.emojiBytes) return false;
  const asked = text.includes(joiner) ? [joined] : kinds;
  return asked.some((kind) => patternOf(kind).test(text));
}

function patternOf(kind: () => RegExp): RegExp {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const pattern = kind();
  made.set(kind, pattern);
  return pattern;
}

/** One emoji a line, its codes behind it: the first is the one that is shown. */
const table = `
👍 +1 thumbsup yes
👎 -1 thumbsdown no
❤️ heart love
😂 joy
🤣 rofl
😀 grinning
😃 smiley
😄 smile
😁 grin
😆 laughing lol
😅 sweat_smile
🙂 slight_smile
🙃 upside_down
😉 wink
😊 blush
😇 innocent
😍 heart_eyes
🥰 hearts
😘 kiss
😋 yum
😛 tongue
😜 wink_tongue
🤪 zany
🤗 hug
🤭 giggle
🤫 shush
🤔 thinking hmm
🫡 salute
🤐 zipper
🤨 eyebrow
😐 neutral
😑 expressionless
😶 no_mouth
😏 smirk
😒 unamused
🙄 eye_roll
😬 grimace
😌 relieved
😔 pensive
😴 sleeping
😷 mask
🤒 ill
🤕 hurt
🤢 sick
🤧 sneeze
🥵 hot
🥶 cold
😵 dizzy
🤯 mind_blown
🤠 cowboy
🥳 partying
😎 sunglasses cool
🤓 nerd
🧐 monocle
😕 confused
😟 worried
🙁 slight_frown
☹️ frown
😮 open_mouth wow
😲 astonished
😳 flushed
🥺 pleading
😦 frowning
😨 fearful
😰 cold_sweat
😢 cry sad
😭 sob
😱 scream
😖 confounded
😞 disappointed
😓 sweat
😩 weary
😫 tired
🥱 yawn
😤 triumph
😡 rage
😠 angry
🤬 cursing
😈 devil
💀 skull
💩 poop
🤡 clown
👻 ghost
👽 alien
🤖 robot
😺 cat_smile
🙈 see_no_evil
🙉 hear_no_evil
🙊 speak_no_evil
💋 lips
💔 broken_heart
🧡 orange_heart
💛 yellow_heart
💚 green_heart
💙 blue_heart
💜 purple_heart
🖤 black_heart
🤍 white_heart
💯 100
💢 anger
💥 boom
💫 dizzy_star
💦 drops
💨 dash
💤 zzz
👋 wave hi
✋ hand
👌 ok ok_hand
🤌 pinched
✌️ peace
🤞 fingers_crossed
🤟 love_you
🤘 horns
🤙 call_me
👈 left
👉 right
👆 up
👇 down
☝️ point_up
✊ fist
👊 punch
👏 clap
🙌 raised_hands hooray
🫶 heart_hands
👐 open_hands
🤝 handshake deal
🙏 pray please thanks
✍️ writing
💪 muscle strong
🧠 brain
👀 eyes
👁️ eye
👶 baby
🤦 facepalm
🤷 shrug
🙋 raising_hand
🏃 run
💃 dance
🚶 walk
👪 family
🐶 dog
🐱 cat
🐭 mouse
🦊 fox
🐻 bear
🐼 panda
🦁 lion
🐷 pig
🐸 frog
🐵 monkey
🐔 chicken
🐧 penguin
🐦 bird
🦆 duck
🦉 owl
🐝 bee
🐛 bug
🐌 snail
🐢 turtle
🐍 snake
🐙 octopus
🐳 whale
🐟 fish
🦄 unicorn
🌲 tree
🌵 cactus
🍀 clover luck
🌹 rose
🌻 sunflower
🌍 earth
🌙 moon
⭐ star
🌟 glowing_star
✨ sparkles
⚡ zap
🔥 fire
🌈 rainbow
☀️ sun
☁️ cloud
🌧️ rain
❄️ snow
⛄ snowman
🌊 ocean
🍎 apple
🍌 banana
🍓 strawberry
🥑 avocado
🍞 bread
🧀 cheese
🍕 pizza
🍔 burger
🍟 fries
🌮 taco
🍜 noodles
🍣 sushi
🍦 ice_cream
🍰 cake
🎂 birthday
🍪 cookie
🍫 chocolate
🍿 popcorn
☕ coffee
🍵 tea
🍺 beer
🍻 cheers
🍷 wine
🥂 toast
⚽ football
🏀 basketball
🎮 game
🎲 dice
🎸 guitar
🎵 music
🎤 mic
🎬 movie
🎨 art
🎉 tada party
🎈 balloon
🎁 gift
🏆 trophy
🥇 gold first
🥈 silver second
🥉 bronze third
🚗 car
🚲 bike
🚂 train
✈️ plane
🚀 rocket ship_it
🚢 ship
🏠 house
🏖️ beach
⛺ tent
⌚ watch
📱 phone
💻 laptop
⌨️ keyboard
🖨️ printer
💾 floppy save
📷 camera
📺 tv
🔋 battery
🔌 plug
💡 idea bulb
🔦 torch
📚 books
📖 book
📝 memo note
✏️ pencil
📎 paperclip
📌 pin
📅 calendar
📈 chart_up
📉 chart_down
📦 package
📧 email
📣 megaphone
🔔 bell
🔕 no_bell
🔍 search
🔒 lock
🔓 unlock
🔑 key
🔨 hammer
🔧 wrench
⚙️ gear
🧪 test
💊 pill
💰 money
💎 gem
🗑️ trash
⏰ alarm
⏳ hourglass
✅ check done
☑️ ballot
❌ x cross
❗ exclamation
❓ question
⚠️ warning
🚫 forbidden
⛔ stop
🚧 construction
♻️ recycle
➕ plus
➖ minus
🔴 red
🟠 orange
🟡 yellow
🟢 green
🔵 blue
🆗 ok_button
🆕 new
🆒 cool_button
🔝 top
🏁 finish
🏳️‍🌈 rainbow_flag
🏴‍☠️ pirate
`;

export type ShortCode = { readonly code: string; readonly emoji: string };

const rows = table.trim().split('\n');
/** In the order in which a picker shows them, each emoji by its first code. */
export const everydayEmoji: readonly ShortCode[] = rows.map((row) => {
  const [emoji = '', code = ''] = row.split(' ');
  return { emoji, code };
});

/** Each code, without its colons, to its emoji. */
export const shortCodes: ReadonlyMap<string, string> = new Map(
  rows.flatMap((row) => {
    const [emoji = '', ...codes] = row.split(' ');
    return codes.map((code) => [code, emoji] as const);
  }),
);

/** `+1` or `:+1:`, in any letter case. */
export function emojiOfCode(typed: string): string | undefined {
  return shortCodes.get(bare(typed));
}

/** Codes that begin so, then those with a part that does; each emoji once, with the code that fits. */
export function findShortCodes(typed: string, most: number): readonly ShortCode[] {
  const start = bare(typed);
  const all = [...shortCodes].map(([code, emoji]) => ({ code, emoji }));
  const first = all.filter(({ code }) => code.startsWith(start));
  const second = all.filter(({ code }) => code.includes(`_${start}`));
  const byEmoji = new Map<string, ShortCode>();
  for (const one of [...first, ...second]) if (!byEmoji.has(one.emoji)) byEmoji.set(one.emoji, one);
  return [...byEmoji.values()].slice(0, most);
}

function bare(typed: string): string {
  return typed.toLowerCase().replace(/^:/, '').replace(/:$/, '');
}
