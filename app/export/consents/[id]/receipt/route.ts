import { notFound } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { attempt } from '@/app/(admin)/audit/attempt'
import { receiptResponse } from '@/app/receipts/document'
import { recordEvent } from '@/lib/audit/record'
import { getConsent, listEvents } from '@/lib/consents/detail'
import { consentBundle } from '@/lib/consents/fhir'
import { issueReceipt } from '@/lib/consents/receipt'
import { writeRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../../../unreadable'

const formats = ['pdf', 'json', 'fhir'] as const

/** What is handed over about one consent: receipt as PDF, record of ISO/IEC TS 27560, or FHIR R4; each is an entry of the log. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const principal = await requirePrincipal('consents:read')
  const { id } = await params
  const format = formats.find((each) => each === new URL(request.url).searchParams.get('format')) ?? 'pdf'
  const { origin } = env()
  const locale = await getLocale()
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const consent = await getConsent(tx, id)
      if (!consent) return null
      await recordEvent(tx, {
        action: 'export',
        table: 'public.consent_records',
        clinic: consent.clinicId,
        record: consent.id,
        patient: consent.patientId,
        consent: consent.id,
        count: 1,
        fields: [format],
      })
      if (format === 'fhir')
        return { fhir: consentBundle(consent, await listEvents(tx, consent), origin, new Date()) }
      return { receipt: await issueReceipt(tx, consent, origin) }
    }),
  )
  if (error) return refused(error)
  if (!value) notFound()
  if ('fhir' in value) return json(value.fhir, `consent-${id}.fhir.json`, 'application/fhir+json')
  if (!value.receipt) notFound()
  return format === 'json'
    ? json(value.receipt.payload, `consent-${id}.27560.json`, 'application/json')
    : receiptResponse(value.receipt, locale, origin)
}

const json = (value: unknown, name: string, type: string) =>
  new Response(`${JSON.stringify(value, null, 2)}\n`, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
