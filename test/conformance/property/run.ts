import { DatabaseError, type Client } from 'pg'
import { SCHEMA, type Column, type Schema } from './schema'

/** A value that is taken, a sequence at its end, a value that the type cannot hold. */
const REFUSALS = ['23505', '2200H', '22003']

/** A session, and a log of what was sent through it: the way to reproduce a failure. */
export class Session {
  constructor(
    readonly client: Client,
    private readonly name: string,
    private readonly log: string[],
  ) {}

  /** Says in the log what is done without this class. */
  note(what: string): void {
    this.log.push(`${this.name}: ${what}`)
  }

  async query(sql: string): Promise<void> {
    this.note(sql)
    await this.client.query(sql)
  }

  /** Runs what may be refused. Returns the `value` that came back, or the refusal. */
  async attempt(sql: string): Promise<string> {
    this.note(sql)
    try {
      const { rows } = await this.client.query<{ value?: string }>(sql)
      return rows[0]?.value ?? ''
    } catch (error) {
      if (!(error instanceof DatabaseError) || !REFUSALS.includes(error.code ?? '')) throw error
      return refusedWith(error.code ?? '')
    }
  }
}

export function refusedWith(sqlstate: string): string {
  return `refused with ${sqlstate}`
}

/** A schema, and the sessions that work on it one after another. */
export interface Run {
  readonly schema: Schema
  /** Verifies and repairs. */
  readonly tool: Session
  /** Two, because each has its own cache of values. */
  readonly writers: readonly [Session, Session]
}

/** Returns an insert that draws a value for this column alone. */
export function drawingInsert(column: Column, schema: Schema): string {
  return `${insert(column, schema, 'default')} returning ${column.column}::text as value`
}

/** Returns an insert that brings its value; it passes where that is taken. */
export function explicitInsert(column: Column, schema: Schema, value: bigint | null): string {
  return `${insert(column, schema, String(value))} on conflict do nothing`
}

function insert({ table, column }: Column, { columns }: Schema, value: string): string {
  const others = columns.filter((other) => other.table === table && other.column !== column)
  const names = [column, ...others.map((other) => other.column)]
  const values = [value, ...others.map(() => 'null')]
  // Without it, an identity that is always generated takes no other value.
  const overriding = value === 'default' ? '' : 'overriding system value '
  return `insert into ${table} (${names.join(', ')}) ${overriding}values (${values.join(', ')})`
}

/** Makes the schema, does `work` in it, and drops it. What fails tells how it came to that. */
export async function inSchema(
  clients: { readonly tool: Client; readonly writers: readonly [Client, Client] },
  schema: Schema,
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const log: string[] = []
  const [first, second] = clients.writers
  const run: Run = {
    schema,
    tool: new Session(clients.tool, 'tool', log),
    writers: [new Session(first, 'writer 1', log), new Session(second, 'writer 2', log)],
  }
  const sessions = [run.tool, ...run.writers]
  try {
    await clients.tool.query(`create schema ${SCHEMA}`)
    for (const { client } of sessions) await client.query(`set search_path to ${SCHEMA}`)
    for (const statement of schema.sql) await run.tool.query(statement)
    await work(run)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${message}\n\nafter\n${log.join(';\n')}`, { cause: error })
  } finally {
    for (const { client } of sessions) await client.query('rollback')
    await clients.tool.query(`drop schema ${SCHEMA} cascade`)
  }
}
