/** A row as PostgreSQL reads it: the text of each column, by its name in the database; null for NULL. A column that is left out, or undefined, gets its default. */
export type RowText = Readonly<Record<string, string | null | undefined>>

/** An event that was checked and named, ready to be written; what JSON can hold, so that a spool can. */
export interface AcceptedEvent {
  /** Its unique id: written twice, it is one row. */
  readonly uid: string
  readonly row: RowText
  /** The row of the content-type detection that came with an extraction. */
  readonly detection?: RowText | undefined
}
