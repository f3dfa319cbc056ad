import { describe, expect, it } from 'vitest'
import { parseTargets } from '../../src/tools/fleet/parse-targets'

const SECRET = 'p4ssw0rd'
const ONE = `postgres://app:${SECRET}@db1:5432/shop`
const TWO = `postgresql://app:${SECRET}@db2/shop?sslmode=require`
const ENV = { SHOP_URL: ONE, EMPTY: '', WRONG: `mysql://app:${SECRET}@db/shop` }

function parsed(text: string) {
  return parseTargets(text, '"fleet.txt"', ENV)
}

/** Returns what is wrong with each line. */
function complaint(text: string): string {
  try {
    parsed(text)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    expect(code).toBe('USAGE')
    expect(message).not.toContain(SECRET)
    const [, what = message] =
      /^Cannot use the targets of "fleet\.txt": (.*)\. Nothing was changed\.$/s.exec(message) ?? []
    return what
  }
  throw new Error('It was taken.')
}

const URL_FORM =
  'expected postgres://user:password@host:5432/database, with special characters percent-encoded'
const NONE = 'there is none; expected a URL or env:NAME a line, after name= if it is to have one'
const ITEM_FORM = 'expected a URL, {"url": …} or {"env": …}, with a "name" if it is to have one'

describe('a list of targets', () => {
  it.each([
    ['a URL a line', `${ONE}\n${TWO}\n`, [{ url: ONE }, { url: TWO }]],
    ['blank lines and comments', `\uFEFF# all\r\n\r\n  ${ONE}  \r\n\t# no more`, [{ url: ONE }]],
    [
      'names',
      `eu-1 = ${ONE}\nü=${TWO}`,
      [
        { name: 'eu-1', url: ONE },
        { name: 'ü', url: TWO },
      ],
    ],
    ['variables', 'env:SHOP_URL', [{ url: ONE }]],
    ['variables with names', 'shop=env:SHOP_URL', [{ name: 'shop', url: ONE }]],
    ['a URL whose options hold =', TWO, [{ url: TWO }]],
    [
      'JSON',
      ` [${JSON.stringify(TWO)}, {"env": "SHOP_URL", "name": "a b"}]`,
      [{ url: TWO }, { name: 'a b', url: ONE }],
    ],
    ['JSON objects with a URL', JSON.stringify([{ url: ONE }]), [{ url: ONE }]],
  ])('takes %s', (_, text, targets) => {
    expect(parsed(text)).toEqual(targets)
  })

  it.each([
    ['nothing', '', NONE],
    ['comments alone', '# none', NONE],
    ['a URL of another kind', `\n${ENV.WRONG}`, `line 2: ${URL_FORM}`],
    ['a password that is not encoded', `postgres://app:${SECRET}/x@db/shop`, `line 1: ${URL_FORM}`],
    ['a word', SECRET, `line 1: ${URL_FORM}`],
    [
      'a variable that is not set',
      'env:NOWHERE',
      'line 1: the environment variable NOWHERE is not set',
    ],
    ['a variable that is empty', 'env:EMPTY', 'line 1: the environment variable EMPTY is not set'],
    ['a variable that holds no URL', 'env:WRONG', `line 1: ${URL_FORM}`],
    ['a URL for a variable', `env:${ONE}`, 'line 1: expected env: and the name of a variable'],
    ['one database twice', `${ONE}\n# again\nenv:SHOP_URL`, 'line 3: the same database as line 1'],
    [
      'one database twice, once with the port that is meant anyway',
      `${ONE}\npostgres://other@DB1/shop`,
      'line 2: the same database as line 1',
    ],
    ['one name twice', `a=${ONE}\na=${TWO}`, 'line 2: the same name as line 1'],
    [
      'a certificate that cannot be read',
      `${ONE}?sslrootcert=/nowhere.pem`,
      "line 1: Cannot use the options of the database URL: ENOENT: no such file or directory, open '/nowhere.pem'",
    ],
    [
      'several mistakes',
      `${SECRET}\n${ONE}\nenv:NOWHERE`,
      `line 1: ${URL_FORM}; line 3: the environment variable NOWHERE is not set`,
    ],
    ['broken JSON', `[\n"${ONE}",\n]`, 'line 3: this is no JSON'],
    ['JSON that ends too soon', `[\n"${ONE}"`, 'line 2: this is no JSON'],
    ['JSON in which a password breaks it', `["${ONE}"${SECRET}]`, 'line 1: this is no JSON'],
    ['an empty JSON array', '[]', NONE],
    [
      'JSON of other things',
      `[1, null, {}, []]`,
      [1, 2, 3, 4].map((n) => `item ${String(n)}: ${ITEM_FORM}`).join('; '),
    ],
    [
      'a JSON object',
      `{"url": ${JSON.stringify(ONE)}}`,
      `line 1: expected an array; an item of it is ${ITEM_FORM.replace('expected ', '')}`,
    ],
    ['a broken JSON object', `{"url":\n${SECRET}`, 'line 2: this is no JSON'],
    [
      'several mistakes in JSON, in their order',
      `["env:NOWHERE", 1, ${JSON.stringify(SECRET)}]`,
      `item 1: the environment variable NOWHERE is not set; item 2: ${ITEM_FORM}; item 3: ${URL_FORM}`,
    ],
    [
      'more mistakes than are read',
      'x\n'.repeat(22),
      [
        ...Array.from({ length: 20 }, (_, n) => `line ${String(n + 1)}: ${URL_FORM}`),
        'and 2 more',
      ].join('; '),
    ],
    [
      'a URL and a variable',
      JSON.stringify([{ url: ONE, env: 'SHOP_URL' }]),
      `item 1: ${ITEM_FORM}`,
    ],
    [
      'a property that there is not',
      JSON.stringify([{ url: ONE, label: 'x' }]),
      `item 1: ${ITEM_FORM}`,
    ],
    ['a name that is none', JSON.stringify([{ url: ONE, name: 5 }]), `item 1: ${ITEM_FORM}`],
  ])('refuses %s, and says where', (_, text, what) => {
    expect(complaint(text)).toBe(what)
  })
})
