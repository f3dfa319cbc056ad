import type { Session } from '../db/session'

// A template is for copying; a database that lets nobody in has no writers. One that keeps this role out is listed: it is reported, not passed over.
const DATABASES = `
  select datname as name
    from pg_catalog.pg_database
   where datallowconn and not datistemplate
   order by datname`

/** Reads the names of the server's databases that take connections and are no templates. */
export async function readDatabases(session: Session): Promise<string[]> {
  return (await session.query<{ name: string }>(DATABASES)).map(({ name }) => name)
}
