'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import {
  beginSecondFactor,
  changeOwnPassword,
  confirmSecondFactor,
  endSecondFactor,
} from '@/lib/session/account'
import { action } from '@/lib/session/action'
import { words } from '@/lib/session/form'

const password = z.string().min(1, words('Type your password.', 'Digite sua senha.')).max(256)

const change = z
  .object({
    current: password,
    wanted: z.string().min(12, words('At least 12 characters.', 'Pelo menos 12 caracteres.')).max(256),
    again: z.string().max(256),
  })
  .refine((input) => input.wanted === input.again, {
    path: ['again'],
    message: words('The two differ.', 'As duas diferem.'),
  })
  .refine((input) => input.wanted !== input.current, {
    path: ['wanted'],
    message: words('This is the password you have.', 'Esta é a senha que você já tem.'),
  })

// Every kind of user may read the catalog, so this asks for nothing but a sign-in.
export const changePassword = action(change, 'catalog:read', async ({ current, wanted }) => {
  await changeOwnPassword(current, wanted)
  refresh()
  return {
    en: 'Your password is changed; every other browser is signed out.',
    pt: 'Sua senha foi alterada; todos os outros navegadores foram desconectados.',
  }
})

export const begin = action(z.object({ password }), 'catalog:read', async (input) => {
  const { secret, uri, backupCodes } = await beginSecondFactor(input.password)
  return {
    message: {
      en: 'Add this to your authenticator, then type the code it shows.',
      pt: 'Adicione isto ao seu autenticador e digite o código que ele mostra.',
    },
    data: { secret, uri, codes: backupCodes.join(' ') },
  }
})

const code = z.object({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, words('Six digits.', 'Seis dígitos.')),
})

export const confirm = action(code, 'catalog:read', async (input) => {
  await confirmSecondFactor(input.code)
  refresh()
  return { en: 'The second factor is on.', pt: 'O segundo fator está ligado.' }
})

export const end = action(z.object({ password }), 'catalog:read', async (input) => {
  await endSecondFactor(input.password)
  refresh()
  return { en: 'The second factor is off.', pt: 'O segundo fator está desligado.' }
})
