import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { KeyValues, PageHeader, Section } from '@/components/page'
import { Status } from '@/components/status'
import { holidayOn, isWorkday, workdayFrom } from '@/lib/calendar/workdays'
import { day, exact } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { clocks, identityMethods, rightOf } from '@/lib/requests/types'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { choice, defineSearch, oneOf, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { AnswerStep } from '../answer'
import { Closed } from '../closed'
import { Alarm, Noted, Unread, WithRegisters } from '../frame'
import { IdentityStep } from '../identity'
import { PropagationStep } from '../propagation'
import { readRequest, type RequestRead } from '../read'

const search = defineSearch('/requests', {
  noted: oneOf('verified', 'propagated', 'closed'),
  template: choice('answered', 'partly', 'refused', 'withdrawn'),
})

export async function generateMetadata() {
  return { title: (await getTranslations('requests.detail'))('request') }
}

/** One request from its receipt to its answer, with the clock and where the clock comes from. */
export default async function RequestPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const t = await getTranslations('requests')
  const state = search.parse(await searchParams)
  return (
    <WithRegisters principal={principal} title={t('title')}>
      {async () => {
        const { value, error } = await attempt(() => readRequest(principal, id))
        if (error) return <Unread error={error} />
        if (!value) notFound()
        const { request } = value
        const open = request.closedAt === null
        const writes = open && may(principal, 'consents:write')
        return (
          <>
            <PageHeader
              title={t(`types.${request.type}`)}
              crumbs={[{ href: '/requests', label: t('title') }]}
              status={
                <Status of="request" value={request.overdue ? 'overdue' : request.status} look="pill" />
              }
              facts={request.clinicName}
            />
            {state.noted && <Noted>{t(`messages.${state.noted}`)}</Noted>}
            {request.overdue && <Alarm>{t('detail.overdue')}</Alarm>}
            <div className="grid items-start gap-x-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <div className="order-2 min-w-0 lg:order-1">
                {writes && <IdentityStep request={request} />}
                {request.propagation.length > 0 && <PropagationStep request={request} writes={writes} />}
                {writes && <AnswerStep request={request} template={state.template} />}
                {!open && <Closed request={request} />}
              </div>
              <Section title={t('detail.clock')} card className="order-1 lg:order-2">
                <Facts read={value} />
              </Section>
            </div>
          </>
        )
      }}
    </WithRegisters>
  )
}

async function Facts({ read: { request, people } }: { read: RequestRead }) {
  const t = await getTranslations('requests')
  const d = await getTranslations('requests.detail')
  const locale = await getLocale()
  const at = (instant: string) => (
    <time dateTime={instant}>{exact(new Date(instant), locale, request.timeZone)}</time>
  )
  const date = (which: string) => day(which, locale, request.timeZone)
  const method = identityMethods.find((each) => each === request.verificationMethod)
  return (
    <>
      <KeyValues
        items={[
          [t('received'), at(request.receivedAt)],
          [
            d('lastDay'),
            <span key="last" className={request.overdue ? 'text-bad font-medium' : 'font-medium'}>
              {date(request.lastDay)}
              {request.closedAt === null &&
                ` · ${request.overdue ? t('late', { days: -request.daysLeft }) : t('left', { days: request.daysLeft })}`}
            </span>,
          ],
          [d('rule'), say(clocks[request.basis] ?? { en: request.basis, pt: request.basis }, locale)],
          [d('right'), rightOf[request.type]],
          [
            t('person'),
            request.patientId ? (
              <span key="person">
                <code>{request.recordNumber ?? request.patientId.slice(0, 8)}</code> {request.patientName}
              </span>
            ) : (
              t('unknownPerson')
            ),
          ],
          [d('channel'), t(`channels.${request.channel}` as 'channels.portal')],
          [d('identity'), t(`identities.${request.identity}`)],
          request.verifiedAt !== null && [
            d('method'),
            d('identityDone', {
              when: exact(new Date(request.verifiedAt), locale, request.timeZone),
              method: method ? t(`identityMethods.${method}`) : (request.verificationMethod ?? ''),
            }),
          ],
          request.assigneeId !== null && [
            d('who'),
            people.get(request.assigneeId) ?? request.assigneeId.slice(0, 8),
          ],
        ]}
      />
      {!isWorkday(request.lastDay) && (
        <p className="text-muted text-meta mt-3">
          {d('weekend', {
            date: date(request.lastDay),
            why: holidayOn(request.lastDay) ?? d('weekendWord'),
            next: date(workdayFrom(request.lastDay)),
          })}
        </p>
      )}
    </>
  )
}
