/**
 * Those of a kind that are there: for what comes and goes often, as connections do.
 *
 * In place of a Set, of which V8 makes a new table every now and then, to which the one before refers. Once
 * such a table has become old, all that was in the Set since then is kept until the whole heap is marked.
 */
export class Roster<T> {
  readonly #places: (T | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#places.length - this.#free.length;
  }

  /** @returns its place, for {@link remove} */
  add(item: T): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = item;
    return place;
  }

  /** To be called once for each that was added. */
  remove(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  /** Those that are there now. */
  all(): T[] {
    return this.#places.filter((each) => each !== undefined);
  }
}
