import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'

@Entity()
export class Invoice {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ type: 'text' })
  customer: string
}
