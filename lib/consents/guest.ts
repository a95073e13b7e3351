import { sql } from 'kysely'
import { Conflict, Invalid, isExpected, NotFound, type Sentence } from '@/lib/errors'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { inWords } from './refusals'
import { secretHash } from './sittings'
import type { SignerKind, Status } from './types'

/** What an address still allows; nothing about the person. */
export type LinkState = 'unknown' | 'open' | 'used' | 'expired' | 'revoked' | 'locked'

export interface LinkLook {
  readonly state: LinkState
  readonly device: 'own' | 'clinic' | null
  readonly purposes: number | null
}

export async function look(tx: RecordsWriteTx, token: string): Promise<LinkLook> {
  const { rows } = await sql<{ look: LinkLook }>`select app.link_look(${token}) as look`.execute(tx)
  return rows[0]?.look ?? { state: 'unknown', device: null, purposes: null }
}

/**
 * Exchanges an address for a sitting, once. On the patient's own phone the birth date must be theirs; five wrong ones
 * close it for good.
 */
export async function begin(
  tx: RecordsWriteTx,
  token: string,
  birth: string | null,
  sitting: string,
  locale: string,
): Promise<'begun' | 'wrong' | LinkState> {
  const { rows } = await sql<{ outcome: 'begun' | 'wrong' | LinkState }>`
    select app.link_begin(${token}, ${birth}::date, ${secretHash(sitting)}::bytea, ${locale}) as outcome`.execute(
    tx,
  )
  return rows[0]?.outcome ?? 'unknown'
}

/** One purpose of a sitting with its text. */
export interface SittingConsent {
  readonly id: string
  readonly status: Status
  readonly reason: string | null
  readonly purpose: string
  readonly basis: string
  readonly validity: string | null
  readonly recipients: readonly { readonly name?: string }[]
  readonly version: number
  readonly language: string
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
}

export interface SittingRead {
  readonly clinic: string
  readonly timeZone: string
  readonly dpo: string | null
  readonly device: 'own' | 'clinic'
  readonly signer: SignerKind
  readonly patient: string
  readonly representative: string | null
  readonly relation: string | null
  readonly consents: readonly SittingConsent[]
}

/** The texts of an open sitting; `null` when it is over. */
export async function readSitting(tx: RecordsWriteTx, secret: string): Promise<SittingRead | null> {
  try {
    const { rows } = await sql<{ sitting: SittingRead }>`select app.link_read(${secret}) as sitting`.execute(
      tx,
    )
    return rows[0]?.sitting ?? null
  } catch (error) {
    if ((error as { code?: string }).code === 'P0002') return null
    throw error
  }
}

export interface Signature {
  readonly consent: string
  readonly decision: 'grant' | 'refuse'
  readonly patientName: string | null
  readonly representativeName: string | null
  readonly locale: string
  readonly ip: string | null
  readonly userAgent: string | null
}

/** Signs or refuses one purpose; the evidence is made by the database from what it holds. */
export async function decide(tx: RecordsWriteTx, secret: string, given: Signature): Promise<void> {
  try {
    await inWords(() =>
      sql`select app.link_decide(${secret}, ${given.consent}::uuid, ${given.decision}, ${given.patientName},
        ${given.representativeName}, ${given.locale}, ${given.ip}::inet, ${given.userAgent})`.execute(tx),
    )
  } catch (error) {
    if (isExpected(error) || !(error instanceof Error)) throw error
    if (error.message.startsWith('this sitting is over')) throw new Conflict(over, { cause: error })
    if (error.message.startsWith('whoever signs writes')) {
      const fields = {
        ...(given.patientName ? {} : { patientName: nameWanted }),
        ...(given.representativeName ? {} : { representativeName: nameWanted }),
      }
      throw new Invalid(nameWanted, fields, { cause: error })
    }
    if ((error as { code?: string }).code === 'P0002') throw new NotFound(undefined, { cause: error })
    throw error
  }
}

/** The receipt of something decided in a sitting. */
export async function sittingReceipt(
  tx: RecordsWriteTx,
  secret: string,
  consent: string,
  origin: string,
): Promise<unknown> {
  try {
    const { rows } = await sql<{ receipt: unknown }>`
      select app.link_receipt(${secret}, ${consent}::uuid, ${origin}) as receipt`.execute(tx)
    return rows[0]?.receipt ?? null
  } catch (error) {
    if ((error as { code?: string }).code === 'P0002') return null
    throw error
  }
}

const over: Sentence = {
  en: 'The time for signing is over. Nothing more was recorded; ask the clinic for a new link.',
  pt: 'O tempo para assinar terminou. Nada mais foi registrado; peça um novo link à clínica.',
}
const nameWanted: Sentence = {
  en: 'Whoever signs writes their full name.',
  pt: 'Quem assina escreve o nome completo.',
}
