import {
  isDataSource,
  isPool,
  openSession,
  type OpenSession,
  type Session,
  type Target,
} from './session'

/** Sessions of one database that work side by side. */
export interface Lanes {
  /** The one that is always there. */
  readonly first: Session
  /** How many there are at most. */
  readonly most: number
  /**
   * Does `work` for each item. Whichever session is free takes the next one, so what is slow holds up nothing else. After a failure, or once the signal
   * is aborted, nothing more is begun; what was begun is waited for. A session whose connection is lost leaves the rest to the others, while there are any.
   *
   * @returns the results in the items' order; undefined for what was not begun
   */
  each<T, R>(
    items: readonly T[],
    work: (session: Session, item: T) => Promise<R>,
    options?: EachOptions<T>,
  ): Promise<(R | undefined)[]>
}

/** How the items are gone through. */
export interface EachOptions<T> {
  readonly signal?: AbortSignal | undefined
  /** Which session, counted from 0, takes the item rather than another; one that has none of its own left takes any. Default: no matter which. */
  readonly laneOf?: ((item: T) => number) | undefined
}

/**
 * Returns which of `most` sessions works on a relation, always the same: a backend keeps what it learned of one (its relcache), and reads it
 * again in a third of the time.
 */
export function laneFor(oid: string, most: number): number {
  // Oids of tables alike are an even number apart. Multiplied by 2^32 over the golden ratio, the upper bits are spread.
  return (Math.imul(Number(oid), 0x9e3779b1) >>> 16) % most
}

/**
 * Gives `work` up to `most` connections of a DataSource or a pool; of any other target the one that it is. Only the first must be had: the others are
 * opened when there is work for them, and where the server or a busy pool gives none the work goes on without.
 *
 * @throws what `withSession` throws.
 */
export async function withLanes<T>(
  target: Target,
  most: number,
  work: (lanes: Lanes) => Promise<T>,
): Promise<T> {
  const first = await openSession(target)
  const lanes = new OpenLanes(first.session, () => openConnected(target), mostOf(target, most))
  try {
    return await work(lanes)
  } finally {
    await Promise.all([first.release(), lanes.release()])
  }
}

/** Returns the lanes of a session that the caller holds: that one. */
export function oneLane(session: Session): Lanes {
  return new OpenLanes(session, () => Promise.reject(new Error('There is one session.')), 1)
}

class OpenLanes implements Lanes {
  private readonly others: Promise<OpenSession | null>[] = []
  private readonly open: OpenSession[] = []
  private released = false

  constructor(
    readonly first: Session,
    private readonly another: () => Promise<OpenSession>,
    readonly most: number,
  ) {}

  async each<T, R>(
    items: readonly T[],
    work: (session: Session, item: T) => Promise<R>,
    { signal, laneOf }: EachOptions<T> = {},
  ): Promise<(R | undefined)[]> {
    const results = items.map((): R | undefined => undefined)
    const left = [...items.entries()]
    const takeNext = (lane: number) => {
      const own = laneOf ? left.findIndex(([, item]) => laneOf(item) === lane) : 0
      return left.splice(Math.max(own, 0), 1)[0]
    }
    let failure: { readonly error: unknown } | undefined
    let working = 0
    let isOver = false
    const run = async (session: Session, lane: number) => {
      working += 1
      while (!failure && !signal?.aborted && (!session.isLost || working === 1)) {
        const next = takeNext(lane)
        if (!next) break
        const [index, item] = next
        try {
          results[index] = await work(session, item)
        } catch (error) {
          failure ??= { error }
        }
      }
      working -= 1
    }
    while (this.others.length < Math.min(this.most, items.length) - 1) this.openAnother()
    // Only those that are open are waited for: a pool may have no other to give until the first is given back.
    const running: Promise<void>[] = []
    for (const [index, other] of this.others.entries()) {
      void other.then((opened) => opened && !isOver && running.push(run(opened.session, index + 1)))
    }
    await run(this.first, 0)
    // The list may grow meanwhile: another that is opened begins, too.
    for (const one of running) await one
    isOver = true
    if (failure) throw failure.error
    return results
  }

  async release(): Promise<void> {
    this.released = true
    await Promise.all(this.open.map((opened) => opened.release()))
  }

  private openAnother(): void {
    const opening = this.another().then(
      async (opened) => {
        this.open.push(opened)
        if (!this.released) return opened
        await opened.release()
        return null
      },
      () => null,
    )
    this.others.push(opening)
  }
}

/** A QueryRunner connects at its first query, and would take an item before it has a session to work on. */
async function openConnected(target: Target): Promise<OpenSession> {
  const opened = await openSession(target)
  try {
    await opened.session.query('select')
    return opened
  } catch (error) {
    await opened.release()
    throw error
  }
}

function mostOf(target: Target, most: number): number {
  return isDataSource(target) || isPool(target) ? most : 1
}
