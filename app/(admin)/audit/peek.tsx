import { getTranslations } from 'next-intl/server'
import { Drawer } from '@/components/drawer'
import type { Principal } from '@/lib/db/scope'
import { attempt } from './attempt'
import { EntryBody, EntryLinks } from './entry'
import { maskOf } from './mask'
import { readEntry } from './read'
import type { State } from './search'
import { Unread } from '../requests/frame'

/** One entry beside the list. */
export async function Peek({
  principal,
  id,
  close,
}: {
  principal: Principal
  state: State
  id: string
  close: string
}) {
  const t = await getTranslations('audit')
  const { value, error } = await attempt(() => readEntry(principal, id))
  const title = t('entryTitle', { id })
  if (error || !value) {
    return (
      <Drawer title={title} close={close}>
        {error ? <Unread error={error} /> : <p role="status">{t('notFound')}</p>}
      </Drawer>
    )
  }
  const { entry, people } = value
  const isMasked = await maskOf(principal.database, entry.tableName)
  return (
    <Drawer title={title} close={close} open={`/audit/${entry.id}`} footer={<EntryLinks entry={entry} />}>
      <EntryBody entry={entry} people={people} isMasked={isMasked} />
    </Drawer>
  )
}
