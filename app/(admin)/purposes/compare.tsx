import { getTranslations } from 'next-intl/server'
import { Section } from '@/components/page'
import { diffWords, type TermVersion } from '@/lib/consents/terms'

/** Two versions side by side: what left is marked on the left, what came on the right. */
export async function Compare({ before, after }: { before: TermVersion; after: TermVersion }) {
  const t = await getTranslations('purposes')
  const parts = [
    ['titleField', before.title, after.title],
    ['body', before.body, after.body],
    ['summary', before.summary, after.summary],
    ['refusal', before.refusal, after.refusal],
  ] as const
  return (
    <Section title={t('compare', { before: before.version, after: after.version })}>
      <div className="border-line rounded-card bg-panel border">
        {parts.map(([name, old, fresh]) => {
          const pieces = diffWords(old, fresh)
          return (
            <div key={name} className="border-line border-b px-4 py-3 last:border-b-0">
              <h3 className="text-muted text-meta mb-1">{t(name)}</h3>
              <div lang="pt-BR" className="grid gap-x-6 gap-y-2 md:grid-cols-2">
                <p className="whitespace-pre-line">
                  {pieces
                    .filter(({ kind }) => kind !== 'in')
                    .map(({ kind, text }, at) =>
                      kind === 'out' ? (
                        <del key={at} className="bg-bad-bg text-bad">
                          {text}
                        </del>
                      ) : (
                        text
                      ),
                    )}
                </p>
                <p className="whitespace-pre-line">
                  {pieces
                    .filter(({ kind }) => kind !== 'out')
                    .map(({ kind, text }, at) =>
                      kind === 'in' ? (
                        <ins key={at} className="bg-ok-bg text-ok">
                          {text}
                        </ins>
                      ) : (
                        text
                      ),
                    )}
                </p>
              </div>
            </div>
          )
        })}
      </div>
    </Section>
  )
}
