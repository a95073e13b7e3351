import { useTranslations } from 'next-intl'
import type { Tone } from '@/components/status'
import { Timeline } from '@/components/timeline'
import { readStore, type Principal } from '@/lib/db/scope'
import { listActivity, type ActivityEntry } from '@/lib/users/activity'

/** What this user did and what was done to them, newest first. */
export async function UserActivity({ principal, id }: { principal: Principal; id: string }) {
  return (
    <Entries
      entries={await readStore(principal, (tx) => listActivity(tx, { user: id, limit: 30 }))}
      id={id}
    />
  )
}

const tones: Readonly<Record<string, readonly [glyph: string, tone: Tone]>> = {
  success: ['●', 'none'],
  denied: ['✕', 'warn'],
  failure: ['✕', 'bad'],
}

function Entries({ entries, id }: { entries: readonly ActivityEntry[]; id: string }) {
  const t = useTranslations('users')
  if (entries.length === 0) return <p className="text-muted">{t('noActivity')}</p>
  return (
    <Timeline
      label={t('activity')}
      events={entries.map((entry) => {
        const [glyph, tone] = tones[entry.outcome] ?? ['?', 'none']
        const key = `actions.${entry.action}`
        const { from, to } = entry.details
        return {
          id: String(entry.id),
          at: entry.at,
          glyph,
          tone,
          title: t.has(key) ? t(key) : entry.action,
          by: [
            entry.actorName && entry.about === id && entry.actor !== id
              ? t('by', { name: entry.actorName })
              : null,
            typeof from === 'string' && typeof to === 'string' ? `${role(t, from)} → ${role(t, to)}` : null,
            entry.database,
          ]
            .filter(Boolean)
            .join(' · '),
        }
      })}
    />
  )
}

const role = (t: ReturnType<typeof useTranslations<'users'>>, value: string) =>
  t.has(`roles.${value}`) ? t(`roles.${value}`) : value
