import { getLocale, getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { KeyValues, Section } from '@/components/page'
import { exact } from '@/lib/format/format'
import type { RequestDetail } from '@/lib/requests/queries'

/** How it ended, and the answer exactly as it was handed over. */
export async function Closed({ request }: { request: RequestDetail }) {
  const d = await getTranslations('requests.detail')
  const locale = await getLocale()
  return (
    <Section
      title={d('closedTitle')}
      card
      actions={
        <>
          {request.responseFile && (
            <LinkButton href={`/export/files/${request.clinicId}/${request.responseFile}`} download>
              {d('download')}
            </LinkButton>
          )}
          {request.copyFile && (
            <LinkButton href={`/export/files/${request.clinicId}/${request.copyFile}`} download>
              {d('copyDownload')}
            </LinkButton>
          )}
        </>
      }
    >
      <KeyValues
        items={[
          request.closedAt !== null && [
            d('closedAt'),
            exact(new Date(request.closedAt), locale, request.timeZone),
          ],
          request.legalReason !== null && [d('ground'), request.legalReason],
          request.responseSha256 !== null && [
            d('hash'),
            <code key="hash" className="[overflow-wrap:anywhere]">
              {request.responseSha256}
            </code>,
          ],
        ]}
      />
    </Section>
  )
}
