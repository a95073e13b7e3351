import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { KeyValues } from '@/components/page'
import type { Consent } from '@/lib/consents/detail'
import { basisWords } from '@/lib/consents/types'
import { day, exact } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'

const hash = (text: string) => <code className="[overflow-wrap:anywhere]">{text}</code>

/** Who, what for, on what text, by what evidence; both clocks, in the zone of the clinic. */
export function ConsentFacts({ consent, people }: { consent: Consent; people: ReadonlyMap<string, string> }) {
  const t = useTranslations('consents')
  const d = useTranslations('consents.detail')
  const locale = useLocale()
  const at = (instant: string) => (
    <time dateTime={instant}>{exact(new Date(instant), locale, consent.timeZone)}</time>
  )
  return (
    <KeyValues
      items={[
        [
          t('patient'),
          <span key="patient">
            {consent.recordNumber ? <code>{consent.recordNumber}</code> : <code>{consent.patientId}</code>}{' '}
            {consent.patientName}
          </span>,
        ],
        [t('clinic'), consent.clinicName],
        [t('purpose'), consent.purposeTitle],
        [d('basis'), say(basisWords(consent.basis), locale)],
        [d('kind'), t(`kinds.${consent.kind}` as 'kinds.image')],
        [
          d('term'),
          consent.termPublishedAt
            ? `${consent.termTitle}, ${d('termVersion', {
                version: consent.termVersion,
                date: day(consent.termPublishedAt, locale, consent.timeZone),
              })}`
            : consent.termTitle,
        ],
        [d('requested'), at(consent.recordedAt)],
        consent.decidedAt !== null && [d('decided'), at(consent.decidedAt)],
        consent.grantedAt !== null && [d('granted'), at(consent.grantedAt)],
        consent.grantedAt !== null && [
          t('validUntil'),
          consent.validUntil
            ? d('lastDay', { date: day(consent.validUntil, locale, consent.timeZone) })
            : d('untilWithdrawn'),
        ],
        consent.endDeclaredAt !== null && [d('declaredEnd'), at(consent.endDeclaredAt)],
        consent.endedAt !== null && [d('ended'), at(consent.endedAt)],
        consent.signerKind !== null && [
          d('signer'),
          `${t(`signers.${consent.signerKind}` as 'signers.patient')}${consent.representativeName ? `: ${consent.representativeName}` : ''}`,
        ],
        consent.collectionMethod !== null && [
          d('method'),
          t(`methods.${consent.collectionMethod}` as 'methods.portal'),
        ],
        consent.collectorId !== null && [
          d('collector'),
          people.get(consent.collectorId) ?? <code key="collector">{consent.collectorId.slice(0, 8)}</code>,
        ],
        consent.evidenceKey !== null && [d('evidence'), hash(consent.evidenceKey)],
        [d('evidenceHash'), consent.evidenceSha256 ? hash(consent.evidenceSha256) : d('noEvidence')],
        [d('termHash'), hash(consent.termSha256)],
        consent.previousId !== null && [
          d('renews'),
          <Link
            key="previous"
            className="link"
            href={`/consents/${consent.previousId}` as Route}
            prefetch={false}
          >
            {d('earlier')}
          </Link>,
        ],
      ]}
    />
  )
}
