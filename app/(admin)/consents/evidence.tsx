import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { toneText, type Tone } from '@/components/status'
import { checkEvidence, type EvidenceCheck } from '@/lib/consents/evidence'
import type { Consent } from '@/lib/consents/detail'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { bytes, exact } from '@/lib/format/format'
import { attempt } from '../audit/attempt'
import { Unread } from '../requests/frame'
import { sayWhetherProved } from './actions'

const marks: Readonly<Record<EvidenceCheck['evidence'], readonly [string, Tone]>> = {
  none: ['–', 'none'],
  elsewhere: ['?', 'warn'],
  missing: ['✕', 'bad'],
  intact: ['✓', 'ok'],
  differs: ['✕', 'bad'],
}

/** The proof hashed again, now: evidence, text and events; and the evidence itself, as a download that is noted. */
export async function Evidence({ principal, consent }: { principal: Principal; consent: Consent }) {
  const t = await getTranslations('consents.evidence')
  const locale = await getLocale()
  const { value, error } = await attempt(() => writeRecords(principal, (tx) => checkEvidence(tx, consent)))
  if (error) return <Unread error={error} />
  const [glyph, tone] = marks[value.evidence]
  const line = (mark: string, look: Tone, words: string) => (
    <li className="flex gap-2">
      <span aria-hidden="true" className={toneText[look]}>
        {mark}
      </span>
      <span>{words}</span>
    </li>
  )
  return (
    <>
      <ul className="space-y-1">
        {line(glyph, tone, t(`outcomes.${value.evidence}`))}
        {value.term === 'intact' ? line('✓', 'ok', t('termIntact')) : line('✕', 'bad', t('termDiffers'))}
        {value.broken === 0
          ? line('✓', 'ok', t('eventsIntact', { count: value.events }))
          : line('✕', 'bad', t('eventsBroken', { count: value.broken }))}
        {value.lostSince &&
          line('✕', 'bad', t('lost', { when: exact(new Date(value.lostSince), locale, consent.timeZone) }))}
      </ul>
      {value.file && principal.role === 'clinic_admin' && (
        <p className="no-print mt-2">
          <a className="link" href={`/export/files/${consent.clinicId}/${value.file}`} download>
            {t('open', { kind: t(`kinds.${value.kind ?? 'scan'}`), size: bytes(value.bytes, locale) })}
          </a>{' '}
          <span className="text-muted text-meta">{t('noted')}</span>
        </p>
      )}
      {value.evidence === 'elsewhere' && (
        <Elsewhere principal={principal} consent={consent} lost={!!value.lostSince} />
      )}
      <p className="no-print mt-3 flex flex-wrap gap-x-4 gap-y-1">
        {(['pdf', 'json', 'fhir'] as const).map((format) => (
          <a
            key={format}
            className="link"
            href={`/export/consents/${consent.id}/receipt?format=${format}`}
            download
          >
            {t(`formats.${format}`)}
          </a>
        ))}
      </p>
    </>
  )
}

/** What no hash can tell here, a person says: the clinic that it is lost, the officer that it is found. */
async function Elsewhere({
  principal,
  consent,
  lost,
}: {
  principal: Principal
  consent: Consent
  lost: boolean
}) {
  const t = await getTranslations('consents.evidence')
  const s = await getTranslations('shell.form')
  const speaks = principal.role === 'compliance_officer' || (principal.role === 'clinic_admin' && !lost)
  if (!speaks) return null
  return (
    <ActionForm
      action={sayWhetherProved}
      submit={t(lost ? 'sayFound' : 'sayLost')}
      working={s('working')}
      inline
      quiet
      values={{ clinic: consent.clinicId, id: consent.id, lost: lost ? 'no' : 'yes' }}
      className="no-print mt-3"
    />
  )
}
