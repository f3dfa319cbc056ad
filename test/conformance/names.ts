import type { Case } from './case'

/** Names that could end a string, a comment or an identifier, or be taken for something else. */
const HOSTILE: Readonly<Record<string, string>> = {
  'mixed case': 'CamelCase',
  'a reserved word': 'select',
  'a double quote': 'a"b',
  'a single quote': `a'b`,
  'a dot': 'a.b',
  'a backslash': 'a\\b\\',
  'a newline and a tab': 'a\nb\tc',
  'dollar quotes': 'a$$b$resync$c',
  'a template placeholder': 'a${process.exit()}`b',
  'a format directive': '%s%I%1$s%%',
  'a comment': 'a*/b--c',
  '63 bytes': 'x'.repeat(63),
  'multi-byte characters, 63 bytes': 'größe_'.repeat(7) + '日日日日'.slice(0, 2) + 'x',
  'an emoji and a combining mark': '🧨e\u0301',
  'a space at each end': ' a ',
  SQL: `t; drop table "t" --`,
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A schema, a table and a column of each name; then a sequence. */
export const NAMES: readonly Case[] = Object.entries(HOSTILE).flatMap(([what, name]): Case[] => [
  {
    name: `a schema, a table and a column with ${what}`,
    schema: name,
    sql: `create table ${quote(name)} (${quote(name)} int); create sequence s as int owned by ${quote(name)}.${quote(name)};
      alter table ${quote(name)} alter ${quote(name)} set default nextval('s'); insert into ${quote(name)} values (6)`,
    columns: [[`${name}.${name}`, 'serial', 's', 'behind', 7n]],
  },
  {
    name: `a sequence with ${what}`,
    sql: `create table t (id int generated always as identity (sequence name ${quote(name)})); insert into t overriding system value values (6)`,
    columns: [['t.id', 'identity always', name, 'behind', 7n]],
  },
])
