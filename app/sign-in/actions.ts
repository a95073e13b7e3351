'use server'

import type { Route } from 'next'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { publicAction } from '@/lib/session/action'
import { words } from '@/lib/session/form'
import { nextPath } from '@/lib/session/next-path'
import { signInWithCode, signInWithPassword, signOutHere } from '@/lib/session/sign-in'

const credentials = z.object({
  email: z.string().trim().min(1, words('Type your e-mail.', 'Digite seu e-mail.')).max(320),
  password: z.string().min(1, words('Type your password.', 'Digite sua senha.')).max(256),
  next: z.string().optional(),
})

export const signIn = publicAction(credentials, async ({ email, password, next }) => {
  const path = nextPath(next)
  const answer = await signInWithPassword(email, password)
  redirect((answer === 'code' ? `/sign-in/code?next=${encodeURIComponent(path)}` : path) as Route)
})

const secondStep = z.object({
  code: z.string().trim().min(6, words('Type the code.', 'Digite o código.')).max(40),
  next: z.string().optional(),
})

export const confirmCode = publicAction(secondStep, async ({ code, next }) => {
  await signInWithCode(code)
  redirect(nextPath(next) as Route)
})

export const signOut = publicAction(z.object({}), async () => {
  await signOutHere()
  redirect('/sign-in')
})
