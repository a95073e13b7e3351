import { Document, Font, Page, renderToBuffer, StyleSheet, Text, View } from '@react-pdf/renderer'
import { getTranslations } from 'next-intl/server'
import { shownStatus } from '@/lib/consents/types'
import { spacedCode, type Receipt } from '@/lib/consents/receipt'
import { day, exact } from '@/lib/format/format'

// A hash or an address that is broken with a hyphen is another one.
Font.registerHyphenationCallback((word) => [word])

const style = StyleSheet.create({
  page: { padding: 48, fontSize: 10, fontFamily: 'Helvetica', lineHeight: 1.4 },
  title: { fontSize: 18, fontFamily: 'Helvetica-Bold', marginBottom: 2 },
  code: { fontSize: 14, fontFamily: 'Courier-Bold', marginTop: 8 },
  heading: { fontSize: 11, fontFamily: 'Helvetica-Bold', marginTop: 14, marginBottom: 4 },
  row: { flexDirection: 'row', marginBottom: 3 },
  name: { width: 130, color: '#555' },
  value: { flex: 1 },
  mono: { flex: 1, fontFamily: 'Courier', fontSize: 8 },
  foot: { marginTop: 18, color: '#555', fontSize: 9 },
})

/** A receipt as PDF, in a language: what was decided, on which text, by what proof, and how anybody checks it. */
async function receiptPdf(receipt: Receipt, locale: string, origin: string): Promise<Buffer> {
  const t = await getTranslations({ locale: locale === 'en' ? 'en' : 'pt-BR', namespace: 'receipt' })
  const { payload } = receipt
  const [purpose] = payload.processing.purposes
  const [party] = payload.parties
  const at = (instant: string | null) =>
    instant === null ? '-' : exact(new Date(instant), locale, payload.x_time_zone)
  /** The end is the midnight after it; the last day is whole. */
  const lastDay = (end: string) => day(new Date(Date.parse(end) - 1000), locale, payload.x_time_zone)
  const fact = (name: string, value: string, mono = false) => (
    <View style={style.row} key={name} wrap={false}>
      <Text style={style.name}>{name}</Text>
      <Text style={mono ? style.mono : style.value}>{value}</Text>
    </View>
  )
  return renderToBuffer(
    <Document title={t('title')} author={party?.name ?? ''} language={locale} creator="Tabellion">
      <Page size="A4" style={style.page}>
        <Text style={style.title}>{t('title')}</Text>
        <Text>{party?.name}</Text>
        <Text style={style.code}>{spacedCode(receipt.code)}</Text>
        <Text>{t('check', { address: `${origin}/verify` })}</Text>

        <Text style={style.heading}>{t('what')}</Text>
        {fact(t('purpose'), purpose?.title ?? '')}
        {fact(t('status'), t(`statuses.${shownStatus(payload.x_status, payload.x_reason)}`))}
        {payload.x_decided_at && fact(t('decided'), at(payload.x_decided_at))}
        {payload.x_status === 'granted' &&
          fact(t('until'), payload.x_expires_at ? lastDay(payload.x_expires_at) : t('untilWithdrawn'))}
        {payload.x_ended_at && fact(t('ended'), at(payload.x_ended_at))}
        {payload.x_signer && fact(t('signer'), t(`signers.${payload.x_signer}`))}
        {fact(t('basis'), purpose?.lawful_basis ?? '')}
        {fact(t('data'), (purpose?.pii_information ?? []).map((each) => each.pii_type).join(', '))}
        {fact(t('recipients'), purpose?.recipient_third_parties.join(', ') || t('nobody'))}
        {fact(t('retention'), purpose?.retention_period ?? '')}
        {fact(t('withdrawal'), purpose?.withdrawal_method ?? '')}

        <Text style={style.heading}>{t('text')}</Text>
        {fact(t('term'), t('version', { title: payload.x_title, version: payload.x_term_version }))}
        {fact(t('address'), payload.processing.privacy_notice)}

        <Text style={style.heading}>{t('controller')}</Text>
        {fact(t('name'), `${party?.name ?? ''}, ${party?.address ?? ''}`)}
        {fact(t('contact'), party?.contact ?? '')}

        <Text style={style.heading}>{t('history')}</Text>
        {payload.events.map((event, n) => fact(`${n + 1}. ${event.event_state}`, at(event.event_time)))}

        <Text style={style.heading}>{t('proof')}</Text>
        {fact(t('record'), payload.record_id, true)}
        {fact(t('person'), payload.pii_principal_id, true)}
        {fact(t('termHash'), payload.x_term_sha256, true)}
        {payload.x_evidence_sha256 && fact(t('evidenceHash'), payload.x_evidence_sha256, true)}
        {fact(t('receiptHash'), receipt.sha256, true)}

        <Text style={style.foot}>
          {t('issued', { when: at(receipt.issuedAt) })} {t('standard', { schema: payload.schema_version })}
        </Text>
      </Page>
    </Document>,
  )
}

/** The PDF as an answer that is downloaded. */
export async function receiptResponse(receipt: Receipt, locale: string, origin: string): Promise<Response> {
  const name = locale === 'en' ? 'receipt' : 'comprovante'
  return new Response(new Uint8Array(await receiptPdf(receipt, locale, origin)), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${name}-${receipt.code}.pdf"`,
      'cache-control': 'no-store',
    },
  })
}
