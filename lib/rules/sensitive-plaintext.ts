import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Classification } from './classes'
import type { Facts } from './facts'
import { literal, qualified, quote, relationObject } from './identity'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { tokens } from './tokens'

export const sensitivePlaintext = defineRule({
  id: 'sensitive-plaintext',
  code: 'D01',
  group: 'protection',
  severity: 'medium',
  title: { en: 'Personal or sensitive data in plain text', pt: 'Dado pessoal ou sensível em texto claro' },
  why: {
    en: 'Whoever reads the table, a backup or a log of statements reads the identifier or the diagnosis; after an incident it counts whether the data was unintelligible.',
    pt: 'Quem lê a tabela, uma cópia de segurança ou um log de comandos lê o identificador ou o diagnóstico; num incidente conta se o dado estava ininteligível.',
  },
  references: ['LGPD art. 5, II', 'LGPD art. 11', 'LGPD art. 46', 'LGPD art. 48, §3', 'ISO/IEC 27001 A.8.24'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      if (facts.isReference(table)) continue
      for (const column of table.columns) {
        const doubt = judge(facts, table, column)
        if (doubt === null) continue
        checked++
        if (doubt !== 'protected') hits.push(hit(table, column, doubt))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table clinic (id uuid primary key default gen_random_uuid());
      create table patient (id uuid primary key default gen_random_uuid(), cpf_enc bytea, cpf_bidx bytea, cpf_valid boolean,
        email text, email_verified boolean, phone_type text, organization text, crm_id uuid, document text);
      comment on column patient.document is 'CPF hash of the guardian'; comment on column patient.email is 'Contact. [pers]';`,
    broken: `create domain cpf as text; create table guardian (id uuid primary key default gen_random_uuid(), document cpf, number text);
      comment on column guardian.number is 'CPF do responsável';
      create table person (id uuid primary key default gen_random_uuid(), "E-Mail" text, "telefoneCelular" varchar(20));`,
    hits: [
      'public.guardian.document',
      'public.guardian.number',
      'public.person."E-Mail"',
      'public.person."telefoneCelular"',
    ],
  },
})

interface Doubt {
  readonly what: string
  readonly severity: Severity
  readonly classified: Classification | null
  /** Encrypt rather than merely classify. */
  readonly encrypt: boolean
}

/** What the rule looks for; names, dates and pictures are everywhere and are a matter of classification only. */
const wanted: Readonly<Record<string, { readonly severity: Severity; readonly encrypt: boolean }>> = {
  'HIV status': { severity: 'high', encrypt: true },
  'genetic data': { severity: 'high', encrypt: true },
  'biometric data': { severity: 'high', encrypt: true },
  diagnosis: { severity: 'high', encrypt: true },
  'health data': { severity: 'high', encrypt: true },
  religion: { severity: 'high', encrypt: true },
  'race or ethnicity': { severity: 'high', encrypt: true },
  'political opinion or union': { severity: 'high', encrypt: true },
  'sex life or gender identity': { severity: 'high', encrypt: true },
  CPF: { severity: 'medium', encrypt: true },
  'CNS (national health card)': { severity: 'medium', encrypt: true },
  'RG (identity card)': { severity: 'medium', encrypt: true },
  passport: { severity: 'medium', encrypt: true },
  'social security number': { severity: 'medium', encrypt: true },
  'bank or card number': { severity: 'medium', encrypt: true },
  'council number': { severity: 'low', encrypt: false },
  'e-mail address': { severity: 'medium', encrypt: false },
  telephone: { severity: 'medium', encrypt: false },
  address: { severity: 'medium', encrypt: false },
}

const readable = /^(text|character|name|json|jsonb|xml|bigint|integer|numeric|.*\bcitext)/

/** Null: not of this kind. `protected`: of this kind, and unreadable or excepted by a person. */
function judge(facts: Facts, table: Relation, column: Column): Doubt | 'protected' | null {
  const given = facts.classification(table, column)
  if (given) {
    if (given.class !== 'pers' && given.class !== 'sens') return null
    const named = given.class === 'sens' ? given.tags.includes('free') : given.tags.includes('id')
    if (!named) return null
    if (isProtected(column) || given.tags.includes('enc') || given.tags.includes('plain')) return 'protected'
    const what = given.class === 'sens' ? 'sensitive free text' : 'identifier of a person'
    return { what, severity: 'low', classified: given, encrypt: true }
  }
  const suggestion = facts.suggestion(column) ?? byDomain(facts, column) ?? byComment(column)
  const kind = suggestion ? wanted[suggestion.what] : undefined
  if (!suggestion || !kind) return null
  if (isProtected(column)) return 'protected'
  // Contact data of the clinic itself is not a person's.
  if (table === facts.tenancy.registry && !kind.encrypt) return null
  return { what: suggestion.what, severity: kind.severity, classified: null, encrypt: kind.encrypt }
}

/** A domain called cpf says what its columns hold, whatever they are called. */
function byDomain(facts: Facts, column: Column) {
  if (column.type === column.baseType || column.type.replace(/\(.*\)$/, '') === column.baseType) return null
  const name = /([^."]+)"?(?:\(.*\))?$/.exec(column.type)?.[1]
  return name === undefined ? null : facts.suggestion({ ...column, name })
}

/** Words of a comment that leave little doubt, unless it speaks of something that was taken away or made unreadable. */
function byComment(column: Column): { readonly what: string } | null {
  const { comment } = column
  if (
    comment === null ||
    !/^(text|character)/.test(column.baseType) ||
    /\b(sem|without|no|n[aã]o|hash|cifrad\w+|encrypted|masked|mascarad\w+|id of|id d[eo])\b/i.test(comment)
  )
    return null
  return commentWords.find(([pattern]) => pattern.test(comment))?.[1] ?? null
}

const commentWords: readonly (readonly [RegExp, { readonly what: string }])[] = [
  [/\bHIV\b/, { what: 'HIV status' }],
  [/\bdiagn[oó]s(tic|is|es)\w*/i, { what: 'diagnosis' }],
  [/\bCPF\b/, { what: 'CPF' }],
  [/\bCNS\b|\bCart[aã]o (Nacional|SUS)\b/, { what: 'CNS (national health card)' }],
]

const marks = new Set(
  'enc encrypted cifrado cifrada criptografado hash hashed sha256 hmac bidx token tokenized masked mascarado'.split(
    ' ',
  ),
)

const isProtected = (column: Column) =>
  !readable.test(column.baseType) ||
  tokens(column.name).some((word) => marks.has(word)) ||
  /(^|\.)(encrypted|cipher|pgp|secret)\w*$/i.test(column.type)

const portuguese: Readonly<Record<string, string>> = {
  'HIV status': 'condição de HIV',
  'genetic data': 'dado genético',
  'biometric data': 'dado biométrico',
  diagnosis: 'diagnóstico',
  'health data': 'dado de saúde',
  religion: 'religião',
  'race or ethnicity': 'raça ou etnia',
  'political opinion or union': 'opinião política ou sindicato',
  'sex life or gender identity': 'vida sexual ou identidade de gênero',
  CPF: 'CPF',
  'CNS (national health card)': 'CNS (Cartão Nacional de Saúde)',
  'RG (identity card)': 'RG',
  passport: 'passaporte',
  'social security number': 'PIS/NIS',
  'bank or card number': 'dado bancário ou de cartão',
  'council number': 'registro em conselho',
  'e-mail address': 'e-mail',
  telephone: 'telefone',
  address: 'endereço',
  'sensitive free text': 'texto livre sensível',
  'identifier of a person': 'identificador de pessoa',
}

function hit(table: Relation, column: Column, doubt: Doubt): Hit {
  const id = `${qualified(table.schema, table.name)}.${quote(column.name)}`
  const pt = portuguese[doubt.what] ?? doubt.what
  const comment = column.comment === null ? '[pers]' : `${column.comment.trimEnd()} [pers]`
  return {
    object: relationObject(table, { column: column.name }),
    severity: doubt.severity,
    message: doubt.classified
      ? {
          en: `${id} is classified [${[doubt.classified.class, ...doubt.classified.tags].join(' ')}] and stored as ${column.type}, readable: neither protected nor excepted with a reason.`,
          pt: `${id} está classificada [${[doubt.classified.class, ...doubt.classified.tags].join(' ')}] e guardada como ${column.type}, legível: nem protegida nem excetuada com motivo.`,
        }
      : {
          en: `${id} seems to hold ${doubt.what} in plain ${column.type}, and nobody has classified it.`,
          pt: `${id} parece guardar ${pt} em ${column.type} claro, e ninguém a classificou.`,
        },
    evidence: { type: column.type, seems: doubt.what, classification: doubt.classified?.class ?? null },
    fix: {
      sql: doubt.encrypt ? [] : [`comment on column ${id} is ${literal(comment)}`],
      lock: doubt.encrypt ? '' : 'SHARE UPDATE EXCLUSIVE for a moment: reads and writes go on',
      advice: advice(doubt),
    },
  }
}

const advice = (doubt: Doubt): Text =>
  doubt.encrypt
    ? {
        en: 'Keep it encrypted in a bytea column (…_enc), with a keyed blind index (…_bidx) where it must be found by value; or classify it with its exception and reason in the comment: [sens free plain] or [pers id plain]. A misleading name: classify it [int] or [pub].',
        pt: 'Guarde-o cifrado numa coluna bytea (…_enc), com índice cego com chave (…_bidx) onde precisar ser buscado; ou classifique com a exceção e o motivo no comentário: [sens free plain] ou [pers id plain]. Nome enganoso: classifique como [int] ou [pub].',
      }
    : {
        en: 'Classify the column; the purpose and legal basis then belong in the register of processing. A misleading name: [int] or [pub].',
        pt: 'Classifique a coluna; finalidade e base legal ficam no registro das operações de tratamento. Nome enganoso: [int] ou [pub].',
      }
