import pino, { type Logger } from 'pino'
import { settings } from '@/lib/env'

let made: Logger | undefined

/** The process's log: JSON lines on stderr, so that stdout stays for output. Never give it what a user typed. */
export const log = (): Logger =>
  (made ??= pino({ level: settings().logLevel, base: null }, pino.destination(2)))
