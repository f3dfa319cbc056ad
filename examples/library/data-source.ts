import { DataSource } from 'typeorm'
import { Book, Loan } from './entities'

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL.')

export const dataSource = new DataSource({ type: 'postgres', url, entities: [Book, Loan] })
