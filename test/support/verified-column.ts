import type { Sequence } from '../../src/tools/catalog/sequence-column'
import type { VerifiedColumn } from '../../src/tools/sequences/verify'

const SEQUENCE: Sequence = {
  oid: '1',
  schema: 'public',
  name: 'users_id_seq',
  owner: 'app',
  owned: true,
  increment: 1n,
  minValue: 1n,
  maxValue: 2n ** 63n - 1n,
  cache: 1n,
  cycle: false,
}

/** Returns "public"."users"."id" as verify found it, or another that differs from it as told. */
export function verifiedColumn({
  increment = 1n,
  ...given
}: Partial<VerifiedColumn> & { readonly increment?: bigint } = {}): VerifiedColumn {
  return {
    schema: 'public',
    table: 'users',
    column: 'id',
    type: 'int8',
    binding: 'serial',
    partitioned: false,
    coveredByParent: false,
    computedDefault: null,
    sequence: { ...SEQUENCE, increment },
    owns: [],
    rights: {
      readColumn: true,
      readSequence: true,
      drawSequence: true,
      setSequence: true,
      ownSequence: true,
      closedSchemas: [],
      rowsHidden: false,
    },
    verdict: 'ok',
    reason: null,
    lastValue: 10n,
    isCalled: true,
    nextValue: 11n,
    columnMax: 10n,
    gap: 0n,
    headroom: 99,
    end: 2n ** 63n - 1n,
    entity: null,
    migrationsTable: false,
    faults: [],
    ...given,
  }
}
