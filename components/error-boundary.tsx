'use client'

import { Component, type ReactNode } from 'react'

interface Words {
  title: string
  text: string
  retry: string
  reference: string
}

interface Props {
  words: Words
  /** A new value is a new try. */
  resetKey: string
  children: ReactNode
}

interface State {
  error: (Error & { digest?: string }) | null
  resetKey: string
}

/** Holds one section: what fails inside shows its own box, and the rest of the page lives. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, resetKey: this.props.resetKey }

  static getDerivedStateFromProps({ resetKey }: Props, state: State) {
    return resetKey === state.resetKey ? null : { error: null, resetKey }
  }

  static getDerivedStateFromError(error: Error & { digest?: string }) {
    // Next speaks through errors too (not found, forbidden, redirect): those are not ours to catch.
    if (error.digest?.startsWith('NEXT_')) throw error
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    const { words } = this.props
    return (
      <div className="border-bad rounded-card bg-bad-bg border px-4 py-3" role="alert">
        <p className="font-medium">{words.title}</p>
        <p className="mt-1">{words.text}</p>
        <p className="mt-2 flex flex-wrap items-center gap-3">
          <button
            type="button"
            className="border-edge bg-panel hover:bg-sunken rounded-control border px-2.5 py-1"
            onClick={() => location.reload()}
          >
            {words.retry}
          </button>
          {error.digest && (
            <span className="text-meta">
              {words.reference} <code>{error.digest}</code>
            </span>
          )}
        </p>
      </div>
    )
  }
}
