'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import {
  batchCap,
  countOutcomes,
  decideBatch,
  livingByNumber,
  proposeBatch,
  tryBatch,
  type BatchOutcome,
  type BatchTold,
} from '@/lib/consents/batches'
import { writeRecords } from '@/lib/db/scope'
import { Invalid, type Sentence } from '@/lib/errors'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

const purpose = z.string().regex(/^[0-9a-f-]{36}:[0-9a-f-]{36}$/, words('Choose one.', 'Escolha um.'))
const reason = z.string().trim().min(3, words('Say why.', 'Diga por quê.')).max(300)

/** What the page showed as a dry run, and nothing else, is ended or handed to a second person. */
export const endPurpose = action(
  z.object({
    clinic: z.uuid(),
    consents: z.string().transform((text) => text.split(',')),
    reason,
  }),
  'consents:write',
  async (input, principal) => {
    const told = await writeRecords(principal, (tx) =>
      proposeBatch(tx, input.clinic, 'purpose_ended', input.consents, input.reason),
    )
    refresh()
    return say(told)
  },
)

export const importWithdrawals = action(
  z.object({
    purpose,
    numbers: z.string().max(20_000),
    reason,
    mode: z.enum(['try', 'record'], { error: () => words('Choose one.', 'Escolha um.') }),
  }),
  'consents:write',
  async (input, principal) => {
    const numbers = [...new Set(input.numbers.split(/[\s,;]+/).filter(Boolean))]
    if (numbers.length === 0 || numbers.length > batchCap) {
      const how = {
        en: `Give from 1 to ${batchCap} record numbers.`,
        pt: `Informe de 1 a ${batchCap} números de prontuário.`,
      }
      throw new Invalid(how, { numbers: how })
    }
    const [clinic = '', activity = ''] = input.purpose.split(':')
    return writeRecords(principal, async (tx) => {
      const { ids, without } = await livingByNumber(tx, clinic, activity, numbers)
      const none = without.slice(0, 20).join(', ')
      const more: Sentence = without.length
        ? {
            en: ` ${without.length} have no consent to end (${none}).`,
            pt: ` ${without.length} não têm consentimento a encerrar (${none}).`,
          }
        : { en: '', pt: '' }
      if (ids.length === 0) return { en: `Nothing to end.${more.en}`, pt: `Nada a encerrar.${more.pt}` }
      const told =
        input.mode === 'try'
          ? await tryBatch(tx, clinic, 'withdrawals', ids)
          : await proposeBatch(tx, clinic, 'withdrawals', ids, input.reason)
      if (told.status !== 'dry_run') refresh()
      const said = say(told)
      return { en: said.en + more.en, pt: said.pt + more.pt }
    })
  },
)

export const decide = action(
  z.object({ clinic: z.uuid(), id: z.uuid(), approve: z.enum(['yes', 'no']) }),
  'consents:write',
  async (input, principal) => {
    const items = await writeRecords(principal, (tx) =>
      decideBatch(tx, input.clinic, input.id, input.approve === 'yes'),
    )
    refresh()
    return input.approve === 'yes'
      ? say({ status: 'done', second: true, items })
      : { en: 'Declined: nothing was ended.', pt: 'Recusado: nada foi encerrado.' }
  },
)

function say(told: BatchTold): { en: string; pt: string } {
  const counts = countOutcomes(told.items)
  const list = (language: 'en' | 'pt') =>
    counts.map(([outcome, count]) => `${count} ${named[outcome][language]}`).join(', ')
  if (told.status === 'proposed')
    return {
      en: 'Nothing has ended yet: more than 20 wait for another person to approve.',
      pt: 'Nada foi encerrado ainda: mais de 20 esperam a aprovação de outra pessoa.',
    }
  return told.status === 'dry_run'
    ? {
        en: `Only tried, nothing was written: ${list('en')}.${told.second ? ' It would wait for a second person.' : ''}`,
        pt: `Só simulado, nada foi gravado: ${list('pt')}.${told.second ? ' Esperaria uma segunda pessoa.' : ''}`,
      }
    : {
        en: `Recorded: ${list('en')}. Nothing was granted.`,
        pt: `Registrado: ${list('pt')}. Nada foi concedido.`,
      }
}

const named: Readonly<Record<BatchOutcome, Sentence>> = {
  ended: { en: 'ended', pt: 'encerrados' },
  withdrawn: { en: 'withdrawn', pt: 'revogados' },
  refused: { en: 'requests refused', pt: 'pedidos recusados' },
  cancelled: { en: 'requests cancelled', pt: 'pedidos cancelados' },
  ran_out: { en: 'had run out', pt: 'já vencidos' },
  ended_already: { en: 'had ended before', pt: 'já encerrados antes' },
  unknown: { en: 'unknown', pt: 'desconhecidos' },
}
