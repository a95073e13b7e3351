'use server'

import type { Route } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { z } from 'zod'
import { begin, decide } from '@/lib/consents/guest'
import { limitTries } from '@/lib/consents/rate'
import { newSecret } from '@/lib/consents/sittings'
import { guestRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { Conflict, Invalid } from '@/lib/errors'
import { publicAction } from '@/lib/session/action'
import { optionalText, words } from '@/lib/session/form'
import { requestId } from '@/lib/session/principal'
import { currentSitting, findLink, origin, sittingCookie } from './guest'

const wrongDate = {
  en: 'This is not the birth date of the person the link was made for. After five wrong dates the link closes.',
  pt: 'Esta não é a data de nascimento da pessoa para quem o link foi feito. Depois de cinco datas erradas o link se fecha.',
}
const gone = {
  en: 'This link does not open any more. Ask the clinic for a new one.',
  pt: 'Este link não abre mais. Peça outro à clínica.',
}

export const beginSitting = publicAction(
  z.object({
    token: z.string().regex(/^[\w-]{43}$/),
    birth: z
      .union([z.literal(''), z.iso.date(words('Write the date in full.', 'Escreva a data completa.'))])
      .optional()
      .transform((value) => value || null),
  }),
  async ({ token, birth }) => {
    const { ip } = await origin()
    limitTries('sitting', ip, 20)
    const link = await findLink(token)
    if (!link) throw new Conflict(gone)
    const secret = newSecret()
    const locale = await getLocale()
    const outcome = await guestRecords(link.database, await requestId(), (tx) =>
      begin(tx, token, birth, secret, locale),
    )
    if (outcome === 'wrong') throw new Invalid(wrongDate, { birth: wrongDate })
    if (outcome !== 'begun') redirect(`/c/${token}` as Route)
    const jar = await cookies()
    jar.set(sittingCookie, `${link.database}.${secret}`, {
      path: '/c',
      httpOnly: true,
      sameSite: 'lax',
      secure: env().origin.startsWith('https:'),
      maxAge: 2400,
    })
    redirect('/c/sitting' as Route)
  },
)

export const decideInSitting = publicAction(
  z
    .object({
      consent: z.uuid(),
      decision: z.enum(['grant', 'refuse']).default('grant'),
      read: z.string().optional(),
      patientName: optionalText(200),
      representativeName: optionalText(200),
    })
    .superRefine((input, context) => {
      if (input.decision === 'grant' && input.read !== 'yes')
        context.addIssue({
          code: 'custom',
          path: ['read'],
          message: words('Read the text, then tick here.', 'Leia o texto e então marque aqui.'),
        })
    }),
  async (input) => {
    const { ip, userAgent } = await origin()
    limitTries('signature', ip, 60)
    const sitting = await currentSitting()
    if (!sitting) throw new Conflict(gone)
    const locale = await getLocale()
    await guestRecords(sitting.database, await requestId(), (tx) =>
      decide(tx, sitting.secret, { ...input, locale, ip, userAgent }),
    )
    redirect('/c/sitting' as Route)
  },
)
