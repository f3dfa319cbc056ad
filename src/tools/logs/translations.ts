/** How a language says `duplicate key value violates unique constraint "…"`, around the name. */
export interface Wording {
  readonly before: string
  readonly after: string
}

/** What PostgreSQL's message catalogs say: those of 15; for cs, pl, pt_BR and tr, which 15 does not have, messages that users of earlier ones have published. */
export const WORDINGS: readonly (Wording & {
  readonly language: string
  /** What to look for; ASCII where the wording has enough of that, so that it is found in any encoding. */
  readonly needle: string
})[] = [
  wording('en', 'duplicate key value violates unique constraint "', '"'),
  wording('it', 'un valore chiave duplicato viola il vincolo univoco "', '"'),
  wording(
    'de',
    'doppelter Schlüsselwert verletzt Unique-Constraint »',
    '«',
    'sselwert verletzt Uni',
  ),
  wording('es', 'llave duplicada viola restricción de unicidad «', '»', 'llave duplicada viola'),
  wording(
    'fr',
    "la valeur d'une clé dupliquée rompt la contrainte unique « ",
    ' »',
    'e rompt la contrainte',
  ),
  wording('sv', 'duplicerat nyckelvärde bryter mot unik-villkor "', '"', 'rde bryter mot unik'),
  wording(
    'pt_BR',
    'duplicar valor da chave viola a restrição de unicidade "',
    '"',
    'valor da chave viola a',
  ),
  wording(
    'pl',
    'podwójna wartość klucza narusza ograniczenie unikalności "',
    '"',
    ' klucza narusza ogran',
  ),
  wording('cs', 'duplicitní hodnota klíče porušuje unikátní omezení "', '"'),
  wording(
    'tr',
    'tekrar eden kayıt, "',
    '" tekil kısıtlamasını ihlal etmektedir',
    'tekrar eden kay',
  ),
  wording('ja', '重複したキー値は一意性制約"', '"違反となります'),
  wording('ja', '重複キーが一意性制約"', '"に違反しています'),
  wording('ko', '중복된 키 값이 "', '" 고유 제약 조건을 위반함'),
  wording('ru', 'повторяющееся значение ключа нарушает ограничение уникальности "', '"'),
  wording('uk', 'повторювані значення ключа порушують обмеження унікальності "', '"'),
  wording('ka', 'დუბლირებული გასაღების მნიშვნელობა არღვევს უნიკალურ შეზღუდვას "', '"'),
  wording('zh_CN', '重复键违反唯一约束"', '"'),
]

function wording(language: string, before: string, after: string, needle = before) {
  return { language, before, after, needle }
}

/** Returns the constraint that a message names in one of the languages; null for another message. */
export function constraintIn(message: string): string | null {
  const wording = WORDINGS.find(
    ({ before, after }) =>
      message.length >= before.length + after.length &&
      message.startsWith(before) &&
      message.endsWith(after),
  )
  return wording ? message.slice(wording.before.length, -wording.after.length) : null
}

/**
 * Returns what the message of a 23505 has in quotes, in whatever language: `could not create unique index "…"` is one, too. Null where
 * it has none, or several.
 */
export function nameIn(message: string): string | null {
  const known = constraintIn(message)
  if (known !== null) return known
  const quoted = [...message.matchAll(/"([^"]+)"|[«»„“]\s?([^«»„“”]+?)\s?[«»“”]/gu)]
  return quoted.length === 1 ? (quoted[0]?.[1] ?? quoted[0]?.[2] ?? null) : null
}

/** The labels of what follows a message in stderr, in all languages. */
const DETAIL = words(`DETAIL DETALLE DÉTAIL DETTAGLI 詳細 დეტალები 상세정보 ПОДРОБНОСТИ DETALJ
  ВІДОМОСТІ 详细信息 DETALHE SZCZEGÓŁY AYRINTI 詳細内容 描述`)
const STATEMENT =
  words(`STATEMENT ANWEISUNG SENTENCIA INSTRUCTION ISTRUZIONE 文 ოპერატორი 명령_구문 ОПЕРАТОР
  SATS ІНСТРУКЦІЯ 语句 COMANDO WYRAŻENIE POLECENIE İFADE PŘÍKAZ 陳述式 敘述`)
const OTHERS =
  words(`HINT TIPP ASTUCE SUGGERIMENTO ヒント მინიშნება 힌트 ПОДСКАЗКА TIPS УКАЗІВКА 提示 DICA PODPOWIEDŹ İPUCU
  CONTEXT ZUSAMMENHANG CONTEXTO CONTEXTE CONTESTO 文脈 კონტექსტი 내용 КОНТЕКСТ KONTEXT КОНТЕКСТ 上下文 KONTEKST BAĞLAM
  QUERY ANFRAGE CONSULTA REQUÊTE 問い合わせ მოთხოვნა 쿼리 ЗАПРОС FRÅGA ЗАПИТ 查询 ZAPYTANIE SORGU DOTAZ
  LOCATION ORT UBICACIÓN EMPLACEMENT POSIZIONE 場所 მდებარეობა 위치 ПОЛОЖЕНИЕ PLATS РОЗТАШУВАННЯ 位置
  BACKTRACE PILE_D'APPEL バックトレース სტეკი 역추적 СТЕК ВІДСТЕЖУВАТИ`)

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).map((word) => word.replaceAll('_', ' ')))
}

/** Tells what a label means; null for a severity. */
export function partOf(label: string): 'detail' | 'statement' | 'other' | null {
  if (DETAIL.has(label)) return 'detail'
  if (STATEMENT.has(label)) return 'statement'
  return OTHERS.has(label) ? 'other' : null
}
