'use server'

import { z } from 'zod'
import { limitTries } from '@/lib/consents/rate'
import { withdrawByReceipt } from '@/lib/consents/receipt'
import { Conflict, Invalid } from '@/lib/errors'
import { publicAction } from '@/lib/session/action'
import { words } from '@/lib/session/form'
import { inAnyDatabase, origin } from '../c/guest'

const wrong = {
  en: 'This is not the birth date of the person this receipt is about. After five wrong dates nothing can be withdrawn here for a day.',
  pt: 'Esta não é a data de nascimento da pessoa deste comprovante. Depois de cinco datas erradas nada se revoga aqui por um dia.',
}
const locked = {
  en: 'Too many wrong dates: nothing can be withdrawn here today. Tell the clinic instead.',
  pt: 'Datas erradas demais: hoje nada se revoga aqui. Avise a clínica.',
}
const gone = { en: 'No receipt has this code.', pt: 'Nenhum comprovante tem este código.' }

/** A withdrawal by whoever keeps the receipt: no account, no reason asked. */
export const withdrawHere = publicAction(
  z.object({
    code: z.string().min(1).max(60),
    birth: z.iso.date(words('Write the date in full.', 'Escreva a data completa.')),
  }),
  async ({ code, birth }) => {
    limitTries('withdraw', (await origin()).ip, 20)
    const found = await inAnyDatabase(async (tx) => {
      const outcome = await withdrawByReceipt(tx, code, birth)
      return outcome === 'unknown' ? null : outcome
    })
    if (!found) throw new Conflict(gone)
    if (found.value === 'wrong') throw new Invalid(wrong, { birth: wrong })
    if (found.value === 'locked') throw new Conflict(locked)
    return found.value === 'after-end'
      ? {
          en: 'This consent had already ended; that you withdraw it is noted.',
          pt: 'Este consentimento já tinha terminado; a sua revogação ficou anotada.',
        }
      : {
          en: 'Withdrawn: from now on it no longer holds. What was done before stays valid, and your care does not change.',
          pt: 'Revogado: a partir de agora não vale mais. O que foi feito antes continua válido, e o seu atendimento não muda.',
        }
  },
)
