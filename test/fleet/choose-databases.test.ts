import { expect, it } from 'vitest'
import { chooseDatabases, patternsFor } from '../../src/tools/fleet/choose-databases'
import type { FleetTarget } from '../../src/tools/fleet/target'

const EU_1 = { name: 'eu-1', url: 'postgres://app@one/shop' }
const EU_2 = { name: 'eu-2', url: 'postgres://app@two/shop' }
const NAMELESS = { url: 'postgres://app@three/shop' }
const STAR = { url: 'postgres://app@one/postgres', database: 'star*x' }
const OTHER = { url: 'postgres://app@one/postgres', database: 'starAx' }
/** Its name is another's database, and its database another's name. */
const CROSSED = { name: 'starAx', url: 'postgres://app@one/eu-1' }
const ALL: readonly FleetTarget[] = [EU_1, EU_2, NAMELESS, STAR, OTHER, CROSSED]

it.each([
  ['eu-1', [EU_1]],
  ['eu-?', [EU_1, EU_2, CROSSED]],
  ['shop', [EU_1, EU_2, NAMELESS]],
  ['three:5432/shop', [NAMELESS]],
  ['eu-2/shop', [EU_2]],
  ['star*x', [STAR]],
  ['star*', [STAR, OTHER, CROSSED]],
  ['starAx', [CROSSED]],
  ['one:5432/starAx', [OTHER]],
])('%s means a name, a database, or all that match', (pattern, chosen) => {
  expect(chooseDatabases(ALL, { include: [pattern] })).toEqual(chosen)
  expect(chooseDatabases(ALL, { exclude: [pattern] })).toEqual(
    ALL.filter((target) => !chosen.includes(target)),
  )
})

it('has for each target a pattern that means it alone: its name, else its database, else its server and database', () => {
  const patternFor = patternsFor(ALL)
  expect(ALL.map(patternFor)).toEqual([
    'eu-1',
    'eu-2',
    'three:5432/shop',
    'star*x',
    'one:5432/starAx',
    'starAx',
  ])
  for (const target of ALL)
    expect(chooseDatabases(ALL, { include: [patternFor(target)] })).toEqual([target])
})

it('offers names and databases that are spelt nearly so', () => {
  expect(() => chooseDatabases(ALL, { include: ['eu-3'] })).toThrow(
    'Cannot find a database that "eu-3" matches. Nearest: eu-1, eu-2. Nothing was changed.',
  )
})
