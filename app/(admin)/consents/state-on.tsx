import { useLocale, useTranslations } from 'next-intl'
import { Button } from '@/components/button'
import { Status, type Tone, toneText } from '@/components/status'
import type { Consent } from '@/lib/consents/detail'
import { stateAt, type Answer } from '@/lib/consents/state'
import { exact } from '@/lib/format/format'

const marks: Readonly<Record<Answer, readonly [glyph: string, tone: Tone]>> = {
  valid: ['✓', 'ok'],
  late: ['✎', 'warn'],
  not: ['✕', 'none'],
  none: ['–', 'none'],
}

/** Asks for a day and says whether a consent was in force at its end, and whether the clinic knew. */
export function StateOn({
  consent,
  day,
  instant,
}: {
  consent: Consent
  day: string | null
  instant: string | null
}) {
  const t = useTranslations('consents.detail')
  const locale = useLocale()
  const then = instant === null ? null : stateAt(consent, instant)
  const [glyph, tone] = then ? marks[then.answer] : marks.none
  return (
    <>
      <form
        method="get"
        action={`/consents/${consent.id}`}
        className="no-print flex flex-wrap items-end gap-2"
      >
        <label>
          <span className="sr-only">{t('stateOn')}</span>
          <input
            type="date"
            name="on"
            required
            defaultValue={day ?? ''}
            aria-describedby="state-on-hint"
            className="border-edge bg-panel rounded-control min-h-8 border px-2.5"
          />
        </label>
        <Button type="submit">{t('show')}</Button>
      </form>
      <p id="state-on-hint" className="text-muted text-meta no-print mt-1">
        {t('noonHint')}
      </p>
      {then && instant && (
        <div className="mt-3" role="status">
          <p className={`font-medium ${toneText[tone]}`}>
            <span aria-hidden="true">{glyph} </span>
            {t(`then.${then.answer}`)}
          </p>
          <p>{t(`thenBody.${then.answer}`)}</p>
          <p className="text-muted text-meta mt-1 flex flex-wrap gap-x-2">
            <span>{exact(new Date(instant), locale, consent.timeZone)}</span>
            {then.known && (
              <span>
                {t('stateKnown')} <Status of="consent" value={then.known} />
              </span>
            )}
          </p>
        </div>
      )}
    </>
  )
}
