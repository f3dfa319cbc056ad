import { IsArray, IsIn, IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator'
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, VersionColumn } from 'typeorm'

class Place {
  @Column({ type: 'text', nullable: true })
  city: string | null

  @Column({ name: 'Post Code', type: 'varchar', length: 8, nullable: true })
  postCode: string | null
}

/** An event of somebody else's: every kind of column, and names that need quotes. */
@Entity({ name: 'Odd Event; s', schema: 'Sales EU' })
export class HostileEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string

  @Column({ name: 'Uid', type: 'text', unique: true })
  uid: string

  @Column({ name: 'select', type: 'text', default: 'none' })
  @IsOptional()
  @IsString()
  word: string

  @Column({ type: 'text', nullable: true, default: 'unset' })
  @IsOptional()
  @IsString()
  note: string | null

  @Column({ type: 'varchar', length: 5, nullable: true })
  @IsOptional()
  @MaxLength(5, { message: '$value is too long' })
  code: string | null

  @Column({ type: 'char', length: 3, nullable: true })
  letters: string | null

  @Column({ type: 'integer' })
  required: number

  @Column({ type: 'bigint', nullable: true })
  big: string | null

  @Column({ type: 'numeric', precision: 6, scale: 2, nullable: true })
  price: string | null

  @Column({ type: 'text', array: true, nullable: true })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  tags: string[] | null

  @Column({ type: 'integer', array: true, nullable: true })
  @IsOptional()
  @IsInt({ each: true })
  @Min(0, { each: true })
  counts: number[] | null

  @Column({ type: 'real', array: true, nullable: true })
  shares: (number | null)[] | null

  @Column({ type: 'simple-array', nullable: true })
  list: string[] | null

  @Column({ type: 'bytea', nullable: true })
  bytes: Buffer | null

  @Column({ type: 'jsonb', nullable: true })
  data: unknown

  @Column({ type: 'enum', enum: ['low', "hi'gh"], nullable: true })
  @IsOptional()
  @IsIn(['low', "hi'gh"])
  level: string | null

  @Column({ type: 'timestamptz', nullable: true })
  at: Date | null

  @Column({ type: 'timestamp', nullable: true })
  local: Date | null

  @Column({ type: 'date', nullable: true })
  day: Date | string | null

  @Column({
    type: 'text',
    nullable: true,
    transformer: {
      to: (value: number | null | undefined) =>
        value === undefined ? 'zero' : value && `n${String(value)}`,
      from: (value: string | null) => value,
    },
  })
  transformed: number | null

  @Column(() => Place)
  place: Place

  @Column({
    name: 'word length',
    type: 'integer',
    generatedType: 'STORED',
    asExpression: 'length("select")',
    nullable: true,
  })
  wordLength: number | null

  @VersionColumn()
  version: number

  @CreateDateColumn()
  createdAt: Date
}

/** Texts that a format with separators could take for something else. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\\N',
  '\\.',
  'NULL',
  'null',
  'a\tb',
  'a\nb\r\nc\r',
  'back\\slash\\\\n',
  `quo"te' $1 \${x} $$`,
  '{}',
  '{"a",NULL}',
  ',',
  'žluťoučký 🐎 e\u0301 \u2028',
  '\b\f\v\u0001\u007f',
  '🐎'.repeat(300),
]
