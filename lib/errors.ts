/** A sentence in both languages of the product. */
export interface Sentence {
  readonly en: string
  readonly pt: string
}

/**
 * What is expected to go wrong, as a closed set: actions turn these into a sentence for the user, pages into
 * notFound() or forbidden(). Everything else is a defect, is logged and reaches error.tsx.
 */
export abstract class Expected extends Error {
  abstract readonly kind: Kind
  constructor(
    readonly sentence: Sentence,
    options?: ErrorOptions,
  ) {
    super(sentence.en, options)
    this.name = new.target.name
  }
}

export type Kind =
  | 'not-found'
  | 'denied'
  | 'conflict'
  | 'invalid'
  | 'too-many'
  | 'unavailable'
  | 'missing-schema'
  | 'missing-rights'

/** The thing does not exist, or not for this user: the two look the same on purpose. */
export class NotFound extends Expected {
  readonly kind = 'not-found'
  constructor(
    sentence: Sentence = { en: 'This was not found.', pt: 'Não encontrado.' },
    options?: ErrorOptions,
  ) {
    super(sentence, options)
  }
}

/** This user may not do that. */
export class Denied extends Expected {
  readonly kind = 'denied'
  constructor(
    sentence: Sentence = { en: 'You may not do this.', pt: 'Você não tem permissão para isto.' },
    options?: ErrorOptions,
  ) {
    super(sentence, options)
  }
}

/** The record is in another state than the user believed. */
export class Conflict extends Expected {
  readonly kind = 'conflict'
}

/** The input cannot be taken; `fields` names the form's fields. */
export class Invalid extends Expected {
  readonly kind = 'invalid'
  constructor(
    sentence: Sentence,
    readonly fields: Readonly<Record<string, Sentence>> = {},
    options?: ErrorOptions,
  ) {
    super(sentence, options)
  }
}

/** Too many attempts; `retryAfter` in seconds. */
export class TooMany extends Expected {
  readonly kind = 'too-many'
  constructor(
    sentence: Sentence,
    readonly retryAfter: number,
  ) {
    super(sentence)
  }
}

/** A database does not answer, answers too slowly, or refuses the connection. */
export class Unavailable extends Expected {
  readonly kind = 'unavailable'
}

/** The database lacks a table, function or role that this page reads; a migration would bring it. */
export class MissingSchema extends Expected {
  readonly kind = 'missing-schema'
}

/** The connection's login lacks a right that Tabellion needs; `grant` is SQL that would help. */
export class MissingRights extends Expected {
  readonly kind = 'missing-rights'
  constructor(
    sentence: Sentence,
    readonly grant: string | null,
    options?: ErrorOptions,
  ) {
    super(sentence, options)
  }
}

export const isExpected = (error: unknown): error is Expected => error instanceof Expected

interface PostgresError {
  readonly code?: unknown
  readonly message?: unknown
  readonly severity?: unknown
}

/**
 * Turns an error of PostgreSQL or of the network into the closed set; anything else comes back as it is.
 * @param place which database, as a noun phrase that starts a sentence ("The database clinic").
 */
export function translated(error: unknown, place: Sentence): unknown {
  if (isExpected(error) || !(error instanceof Error)) return error
  const { code, message } = error as PostgresError
  const cause = { cause: error }
  const said = String(message ?? '')
  if (typeof code !== 'string') {
    return /timeout|terminated|connection/i.test(said) && /connect/i.test(said)
      ? new Unavailable(unreachable(place), cause)
      : error
  }
  if (network.has(code) || code.startsWith('08') || code.startsWith('57P') || code.startsWith('53')) {
    return new Unavailable(unreachable(place), cause)
  }
  if (code === '28P01' || code === '28000') {
    return new Unavailable(
      {
        en: `${place.en} refused the user name or the password.`,
        pt: `${place.pt} recusou o usuário ou a senha.`,
      },
      cause,
    )
  }
  if (code === '3D000') {
    return new Unavailable({ en: `${place.en} does not exist.`, pt: `${place.pt} não existe.` }, cause)
  }
  if (code === '57014') {
    return new Unavailable(
      {
        en: `${place.en} took too long and the query was stopped.`,
        pt: `${place.pt} demorou demais e a consulta foi interrompida.`,
      },
      cause,
    )
  }
  if (['42P01', '3F000', '42883', '42703', '42704'].includes(code)) {
    return new MissingSchema(
      {
        en: `${place.en} lacks something this page reads: ${said}.`,
        pt: `${place.pt} não tem algo que esta página lê: ${said}.`,
      },
      cause,
    )
  }
  if (code === '42501' || code === '25006') {
    const object = /^permission denied for [a-z ]+ (\S+)$/.exec(said)?.[1]
    return new Denied(object === undefined ? undefined : lacksRight(place, object), cause)
  }
  if (['40001', '40P01', '55P03'].includes(code)) {
    return new Conflict(
      {
        en: 'Someone else was changing the same record. Try again.',
        pt: 'Outra pessoa estava alterando o mesmo registro. Tente de novo.',
      },
      cause,
    )
  }
  if (code === '23505' || code === '23P01') {
    return new Conflict(
      { en: 'A record with these values already exists.', pt: 'Já existe um registro com estes valores.' },
      cause,
    )
  }
  if (code.startsWith('23') || code.startsWith('22')) {
    return new Invalid(
      { en: `The database refused a value: ${said}.`, pt: `O banco de dados recusou um valor: ${said}.` },
      {},
      cause,
    )
  }
  if (code === 'P0001') {
    return new Conflict(
      { en: `The database refused this: ${said}.`, pt: `O banco de dados recusou: ${said}.` },
      cause,
    )
  }
  return error
}

const lacksRight = (place: Sentence, object: string): Sentence => ({
  en: `${place.en} does not let your role at ${object}: a right is missing or was withdrawn there. Tell the DBA.`,
  pt: `${place.pt} não deixa o seu papel usar ${object}: falta um direito, ou ele foi retirado. Avise o DBA.`,
})

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'EPIPE',
])

const unreachable = (place: Sentence): Sentence => ({
  en: `${place.en} does not answer. Try again in a moment; if it stays so, tell the DBA.`,
  pt: `${place.pt} não responde. Tente de novo daqui a pouco; se continuar, avise o DBA.`,
})
