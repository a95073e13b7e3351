import { getLocale, getTranslations } from 'next-intl/server'
import { Section } from '@/components/page'
import type { Consent } from '@/lib/consents/detail'

/** The words the decision was about: in short, what a refusal means, and in full. */
export async function Term({ consent, open = false }: { consent: Consent; open?: boolean }) {
  const d = await getTranslations('consents.detail')
  const locale = await getLocale()
  return (
    <Section title={d('termTitle')} card>
      <div lang="pt-BR" className="max-w-[72ch]">
        <h3 className="font-medium">{consent.termTitle}</h3>
        <h4 className="mt-3 font-medium" lang={locale}>
          {d('summary')}
        </h4>
        <p className="whitespace-pre-line">{consent.termSummary}</p>
        <h4 className="mt-3 font-medium" lang={locale}>
          {d('ifRefused')}
        </h4>
        <p className="whitespace-pre-line">{consent.termRefusal}</p>
        <details className="mt-3" open={open}>
          <summary className="link w-fit" lang={locale}>
            {d('fullText')}
          </summary>
          <p className="mt-2 leading-6 whitespace-pre-line">{consent.termBody}</p>
        </details>
      </div>
    </Section>
  )
}
