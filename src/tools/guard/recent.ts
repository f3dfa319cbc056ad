/** Remembers values for a while. */
export class Recent<V> {
  private readonly entries = new Map<string, { readonly at: number; readonly value: V }>()

  /**
   * @param maxAge - milliseconds
   */
  constructor(
    private readonly maxAge: number,
    private readonly now: () => number,
  ) {}

  get(key: string): V | undefined {
    const entry = this.entries.get(key)
    return entry && this.now() - entry.at < this.maxAge ? entry.value : undefined
  }

  set(key: string, value: V): void {
    this.entries.set(key, { at: this.now(), value })
  }

  forget(key: string): void {
    this.entries.delete(key)
  }
}
