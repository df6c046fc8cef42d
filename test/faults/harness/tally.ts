// Counts what a run did, by name: where kills and cuts fell. Printed in the row of figures.

export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The most frequent first. */
  toString(): string {
    const entries = [...this.#counts].sort(([, a], [, b]) => b - a);
    return entries.map(([name, count]) => `${count} ${name}`).join(', ');
  }
}
