/* global page */
const { entries, parts, withDays } = JSON.parse(page.byId('data').textContent)

page.entries = entries
page.withDays = withDays

/** The repair's SQL: what is a column's own, between what all have in common. */
page.sqlOf = ({ fix }) => parts[fix.around][0] + fix.target + parts[fix.around][1]

page.nameOf = ({ schema, table, column }) => `${schema}.${table}.${column}`

const names = entries.map((entry) => page.nameOf(entry).toLowerCase())

/** What the search looks through, made once. */
page.haystacks = entries.map(({ entity = '', sequence = '', raw = '' }, index) =>
  [names[index], entity, sequence, raw].join('\n').toLowerCase(),
)

const big = (key) => entries.map((entry) => (entry[key] === undefined ? null : BigInt(entry[key])))
const plain = (pick) => entries.map((entry) => pick(entry) ?? null)

const RANK = { behind: 0, unknown: 1, ok: 2 }

/** The values to sort by, by key: those of the table's headings, and the order that the page begins with. */
const VALUES = {
  worst: () => entries.map((_, index) => index),
  name: () => names,
  verdict: () => plain(({ verdict }) => RANK[verdict]),
  next: () => big('next'),
  max: () => big('max'),
  gap: () => big('gap'),
  collision: () =>
    entries.map(({ collision }) =>
      collision?.draws === undefined ? null : BigInt(collision.draws),
    ),
  headroom: () => plain(({ headroom }) => headroom),
  days: () => plain(({ days }) => days),
}

page.COMPARE = VALUES

const orders = new Map()

/** The places of all columns in an order, made when it is first asked for. What is not known comes last, either way. */
page.order = (sort, down) => {
  const key = `${sort} ${down}`
  const known = orders.get(key)
  if (known) return known
  const values = VALUES[sort]()
  const way = down ? -1 : 1
  const order = entries.map((_, index) => index)
  order.sort((a, b) => {
    const one = values[a]
    const other = values[b]
    if (one === other) return a - b
    if (one === null) return 1
    if (other === null) return -1
    return one < other ? -way : way
  })
  orders.set(key, order)
  return order
}

const bySchema = new Map()
for (const { schema, verdict, faults } of entries) {
  const counts = bySchema.get(schema) ?? { name: schema, behind: 0, unknown: 0, ok: 0, fault: 0 }
  counts[verdict] += 1
  if (faults) counts.fault += 1
  bySchema.set(schema, counts)
}

/** The schemas with their counts, the worst first. */
page.schemas = [...bySchema.values()].sort(
  (a, b) => b.behind - a.behind || b.unknown - a.unknown || (a.name < b.name ? -1 : 1),
)

/** The places of the columns that are to be shown, in their order. */
page.found = () => {
  const { query, verdicts, schema, sort, down } = page.state
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return page.order(sort, down).filter((index) => {
    const entry = entries[index]
    if (schema !== '' && entry.schema !== schema) return false
    if (
      verdicts.size > 0 &&
      !verdicts.has(entry.verdict) &&
      !(verdicts.has('fault') && entry.faults)
    ) {
      return false
    }
    return words.every((word) => page.haystacks[index].includes(word))
  })
}
