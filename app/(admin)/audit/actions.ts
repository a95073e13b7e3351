'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { writeStore } from '@/lib/db/scope'
import { action } from '@/lib/session/action'
import { removeView, saveView } from '@/lib/views/views'
import { search } from './search'

/** Keeps the filters of the log under a name, for the person alone. What is no filter of the log is left out. */
export const saveThisView = action(
  z.object({ name: z.string().trim().min(1).max(80), query: z.string().max(2000) }),
  'audit:read',
  async ({ name, query }, principal) => {
    const given = new URLSearchParams(query)
    const state = search.parse(
      Object.fromEntries([...new Set(given.keys())].map((key) => [key, given.getAll(key)])),
    )
    await writeStore(principal, (tx) =>
      saveView(tx, principal.userId, {
        page: search.path,
        name,
        query: search.query({ ...state, after: null, before: null, peek: '' }),
      }),
    )
    refresh()
    return { en: 'The view was saved.', pt: 'A visão foi salva.' }
  },
)

/** Forgets one of the person's own views. */
export const removeSavedView = action(z.object({ id: z.uuid() }), 'audit:read', async ({ id }, principal) => {
  await writeStore(principal, (tx) => removeView(tx, id))
  refresh()
  return { en: 'The view was removed.', pt: 'A visão foi removida.' }
})
