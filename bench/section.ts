import type { Figures } from './figures'

/** How a benchmark is run. */
export interface Run {
  /** The command line, compiled as it is published: none of what is compared carries a compiler's start. */
  readonly bin: string
  /** So small that its figures say nothing: to see that it works. */
  readonly quick: boolean
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** What a benchmark found. */
export interface Found {
  readonly figures: Figures
  /** A chart beside the page, as SVG. */
  readonly chart?: string
}

/** A benchmark, which has a section of docs/benchmarks.md between markers of its name. */
export interface Section {
  readonly name: string
  readonly measure: (run: Run) => Promise<Found>
}
