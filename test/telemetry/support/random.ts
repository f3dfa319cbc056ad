/** Random numbers that a seed repeats. */
export class Random {
  constructor(private state: number) {}

  /** A whole number from 0 to below `below`. */
  below(below: number): number {
    // An xorshift of 32 bits.
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) % below
  }

  chance(share: number): boolean {
    return this.below(1000) < share * 1000
  }
}
