'use client'

import { useSyncExternalStore } from 'react'

// An error page has no server to ask for words: both languages travel with it.
const words = {
  en: {
    title: 'This page did not work',
    what: 'Something failed while the page was being made. Nothing was changed.',
    retry: 'Try again',
    reference: 'Reference',
  },
  'pt-BR': {
    title: 'Esta página não funcionou',
    what: 'Algo falhou enquanto a página era montada. Nada foi alterado.',
    retry: 'Tentar de novo',
    reference: 'Referência',
  },
}

/** What an `error.tsx` shows: what did not happen, a second try, and the number under which the log knows it. */
export function FailedPage({ digest, retry }: { digest: string | undefined; retry: () => void }) {
  const lang = useSyncExternalStore(
    () => () => {},
    () => document.documentElement.lang,
    () => 'pt-BR',
  )
  const t = lang === 'en' ? words.en : words['pt-BR']
  return (
    <main className="mx-auto max-w-[72ch] px-5 py-16">
      <h1 className="text-title">{t.title}</h1>
      <p className="text-muted mt-2">{t.what}</p>
      <button
        type="button"
        onClick={retry}
        className="border-edge rounded-control hover:bg-sunken mt-4 border px-3 py-1.5 font-medium"
      >
        {t.retry}
      </button>
      {digest && (
        <p className="text-muted text-meta mt-6">
          {t.reference} <code>{digest}</code>
        </p>
      )}
    </main>
  )
}
