import { Column, Entity, Generated, PrimaryGeneratedColumn } from 'typeorm'

@Entity()
export class Book {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ type: 'text' })
  title: string
}

@Entity()
export class Loan {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  id: string

  /** Printed on the slip: a second sequence, on a column that is no key. */
  @Column({ type: 'integer' })
  @Generated('increment')
  slip: number
}
