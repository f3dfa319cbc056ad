import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm'

@Entity()
export class Team {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ type: 'text' })
  name: string
}

@Entity()
export class Member {
  @PrimaryGeneratedColumn()
  id: number

  @Column({ type: 'text' })
  name: string

  @ManyToOne(() => Team)
  team: Team
}
