import { BaseEntity, Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm'

@Entity({ name: 'account' })
export class Account extends BaseEntity {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ type: 'text', unique: true })
  email: string
}

/** Its id is `generated always as identity`, and may be given by default. */
@Entity({ name: 'Line Item', schema: 'shop' })
export class LineItem {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'BY DEFAULT' })
  id: number

  @Column({ type: 'text' })
  name: string
}

@Entity({ name: 'setting' })
export class Setting {
  @PrimaryColumn({ type: 'text' })
  key: string

  @Column({ type: 'text' })
  value: string
}
