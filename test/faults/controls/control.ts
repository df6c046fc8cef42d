// A negative control: the program with one guarantee taken out, on which the test of that guarantee has to fail, and
// for the named reason. The change is made in a copy of src, never by a switch in the product. A file beside this one
// for each promise exports its controls; run.ts carries them out, controls.test.ts holds them against today's src.

export type Edit = {
  /** Below src. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly instead: string;
};

export type Control = {
  readonly promise: number;
  /** The guarantee that the copy does not give. */
  readonly without: string;
  readonly edits: readonly Edit[];
  /** The test that must fail on the copy: its file, from the project's root, and a part of its name. */
  readonly test: { readonly file: string; readonly name: string };
  /** What the failure says. */
  readonly fails: RegExp;
};
