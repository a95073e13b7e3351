import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { Section } from '@/components/page'
import { readStore } from '@/lib/db/scope'
import { listFindingEvents, listFindings } from '@/lib/findings/findings'
import { rememberScan } from '@/lib/findings/remember'
import { getProof } from '@/lib/proof/stored'
import { allRules } from '@/lib/rules/all'
import { may } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import { segment } from '@/lib/url/paths'
import { WithScan, type Scan } from '../../with-scan'
import { FindingDocument } from './document'

export async function generateMetadata() {
  return { title: (await getTranslations('findings'))('title') }
}

export default async function FindingPage({ params }: { params: Promise<{ key: string }> }) {
  const principal = await requirePrincipal('findings:read')
  const key = segment((await params).key)
  const t = await getTranslations('findings')
  return (
    <Section>
      <WithScan principal={principal} title={t('title')}>
        {(scan) => <Finding scan={scan} principal={principal} finding={key} />}
      </WithScan>
    </Section>
  )
}

async function Finding({
  scan,
  principal,
  finding: key,
}: {
  scan: Scan
  principal: Principal
  finding: string
}) {
  await rememberScan(principal.database, scan)
  const finding = scan.result.findings.find((each) => each.key === key) ?? null
  const { history, events, proof } = await readStore(principal, async (tx) => ({
    history: (await listFindings(tx, principal.database, [key]))[0] ?? null,
    events: await listFindingEvents(tx, principal.database, key),
    proof: await getProof(tx, principal.database, key, scan.snapshot),
  }))
  const rule = allRules.find((each) => each.id === (finding ?? history)?.rule)
  if ((!finding && !history) || !rule) notFound()
  return (
    <FindingDocument
      scan={scan}
      rule={rule}
      finding={finding}
      history={history}
      events={events}
      proof={proof}
      principal={principal}
      writes={may(principal, 'findings:write')}
    />
  )
}
