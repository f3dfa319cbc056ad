/** Items in the order in which they came. Taking the first of an array moves all others: of 30,000 that wait, that took longer than to write them. */
export class Line<T> {
  private items: T[] = []
  private start = 0

  get length(): number {
    return this.items.length - this.start
  }

  push(item: T): void {
    this.items.push(item)
  }

  /** Takes the first `max`, or all where there are fewer. */
  take(max: number): T[] {
    const end = Math.min(this.items.length, this.start + Math.max(0, max))
    const taken = this.items.slice(this.start, end)
    this.start = end
    // What was taken must not be kept; moving the rest now and then costs little each time.
    if (this.start * 2 >= this.items.length) {
      this.items = this.items.slice(this.start)
      this.start = 0
    }
    return taken
  }
}
