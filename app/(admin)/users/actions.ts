'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { writeStore } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { copyToLedger } from '@/lib/session/activity'
import { optionalText, words } from '@/lib/session/form'
import { userRoles } from '@/lib/session/permissions'
import {
  addUser,
  changeRole,
  disableUser,
  enableUser,
  removeSecondFactor,
  resetPassword,
} from '@/lib/users/users'

const identifier = words('This is not an identifier.', 'Isto não é um identificador.')
const role = z.enum(userRoles, words('Choose a role.', 'Escolha um papel.'))
const clinics = z.preprocess(
  (value) =>
    [value ?? '']
      .flat()
      .flatMap((part) => String(part).split(/[\s,;]+/))
      .filter(Boolean),
  z.array(z.guid(identifier)).max(200),
)
const subject = optionalText(36).refine(
  (value) => value === null || z.guid().safeParse(value).success,
  identifier,
)
const one = z.object({ id: z.guid(identifier) })

const newUser = z.object({
  name: z.string().trim().min(1, words('Type a name.', 'Digite um nome.')).max(200),
  email: z.email(words('This is not an e-mail address.', 'Isto não é um endereço de e-mail.')).max(320),
  role,
  clinics,
  subject,
})

export const add = action(newUser, 'users:write', async (input, principal) => {
  const { password } = await writeStore(principal, (tx) => addUser(tx, input))
  await copyToLedger(principal, { action: 'permission', outcome: 'success' })
  refresh()
  return {
    message: { en: `${input.name} may sign in now.`, pt: `${input.name} já pode entrar.` },
    data: { password },
  }
})

export const change = action(
  z.object({ id: z.guid(), role, clinics, subject }),
  'users:write',
  async (input, principal) => {
    const user = await writeStore(principal, (tx) => changeRole(tx, principal, input))
    await copyToLedger(principal, { action: 'permission', outcome: 'success' })
    refresh()
    return {
      en: `${user.name} was changed and has to sign in again.`,
      pt: `${user.name} foi alterado e precisa entrar de novo.`,
    }
  },
)

export const disable = action(one, 'users:write', async ({ id }, principal) => {
  const user = await writeStore(principal, (tx) => disableUser(tx, principal, id))
  await copyToLedger(principal, { action: 'permission', outcome: 'success' })
  refresh()
  return {
    en: `${user.name} is disabled and signed out.`,
    pt: `${user.name} está desativado e foi desconectado.`,
  }
})

export const enable = action(one, 'users:write', async ({ id }, principal) => {
  const user = await writeStore(principal, (tx) => enableUser(tx, id))
  await copyToLedger(principal, { action: 'permission', outcome: 'success' })
  refresh()
  return { en: `${user.name} may sign in again.`, pt: `${user.name} pode entrar de novo.` }
})

export const newPassword = action(one, 'users:write', async ({ id }, principal) => {
  const { user, password } = await writeStore(principal, (tx) => resetPassword(tx, id))
  await copyToLedger(principal, { action: 'permission', outcome: 'success' })
  refresh()
  return {
    message: { en: `${user.name} has a new password.`, pt: `${user.name} tem uma nova senha.` },
    data: { password },
  }
})

export const dropSecondFactor = action(one, 'users:write', async ({ id }, principal) => {
  const user = await writeStore(principal, (tx) => removeSecondFactor(tx, id))
  await copyToLedger(principal, { action: 'permission', outcome: 'success' })
  refresh()
  return {
    en: `${user.name} signs in with the password alone now.`,
    pt: `${user.name} agora entra só com a senha.`,
  }
})
