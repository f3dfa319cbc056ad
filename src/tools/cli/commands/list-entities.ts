import type { DataSource } from 'typeorm'
import {
  surveyEntities,
  type EntitySurvey,
  type GeneratedColumn,
} from '../../metadata/generated-columns'
import { EXIT, type ExitCode } from '../exit-code'
import { counted } from '../output/counted'
import { printable } from '../output/printable'
import { textTable } from '../output/table'
import type { CommandTerminal } from '../terminal'

/** `typeorm-resync generate --list`: the generated columns of the entities, and the entities that are passed over. */
export async function listEntities(
  dataSource: DataSource,
  format: 'table' | 'json',
  terminal: CommandTerminal,
): Promise<ExitCode> {
  const survey = await surveyEntities(dataSource)
  terminal.out(format === 'json' ? JSON.stringify(survey, undefined, 2) : table(survey))
  return EXIT.done
}

function table({ generated, passedOver }: EntitySurvey): string {
  const parts: string[] = []
  if (generated.length > 0)
    parts.push(
      textTable(
        ['ENTITY', 'COLUMN', 'GENERATED', 'SHARED BY'],
        ['left', 'left', 'left', 'left'],
        generated.map(row),
      ),
    )
  if (passedOver.length > 0) {
    parts.push(
      textTable(
        ['PASSED OVER', 'WHY'],
        ['left', 'left'],
        passedOver.map(({ entity, reason }) => [printable(entity), printable(reason)]),
      ),
    )
  }
  parts.push(
    `${counted(generated.length, 'generated column')}; ${counted(passedOver.length, 'entity', 'entities')} passed over.`,
  )
  return parts.join('\n\n')
}

function row({ entity, schema, table, column, strategy, sharedBy }: GeneratedColumn): string[] {
  const place = schema === undefined ? `${table}.${column}` : `${schema}.${table}.${column}`
  return [entity, place, strategy, sharedBy.join(', ')].map(printable)
}
