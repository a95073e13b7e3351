import { getFormatter, getTranslations } from 'next-intl/server'
import { PageHeader, Section } from '@/components/page'
import { requirePrincipal } from '@/lib/session/principal'
import { ConsentFacts } from '../../facts'
import { PrintButton } from '../../fields'
import { nameOf, WithConsent } from '../../frame'
import { History } from '../../history'
import { ConsentStatus } from '../../status'
import { Term } from '../../term'

export async function generateMetadata() {
  return { title: (await getTranslations('consents.detail'))('proofOf') }
}

/** The document: everything that proves one consent, made to be printed. Opening it is recorded as a print. */
export default async function ProofPage({ params }: { params: Promise<{ id: string }> }) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const t = await getTranslations('consents')
  const d = await getTranslations('consents.detail')
  const format = await getFormatter()
  return (
    <WithConsent principal={principal} id={id} action="print">
      {(read) => (
        <div className="max-w-[80ch]">
          <PageHeader
            title={d('proofOf')}
            facts={nameOf(read)}
            status={<ConsentStatus status={read.consent.status} reason={read.consent.reason} withReason />}
            crumbs={[
              { href: '/consents', label: t('title') },
              { href: `/consents/${read.consent.id}`, label: nameOf(read) },
            ]}
            actions={<PrintButton label={d('print')} />}
          />
          <Section title={d('facts')}>
            <ConsentFacts consent={read.consent} people={read.people} />
          </Section>
          <Section title={d('timeline')}>
            <History events={read.events} people={read.people} zone={read.consent.timeZone} />
          </Section>
          <Term consent={read.consent} open />
          <p className="text-muted text-meta">
            {d('printedBy', {
              who: principal.name,
              when: format.dateTime(read.readAt, { dateStyle: 'long', timeStyle: 'long' }),
            })}{' '}
            · <code>{read.consent.id}</code>
          </p>
        </div>
      )}
    </WithConsent>
  )
}
