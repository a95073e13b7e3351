import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { InvalidSettings, parseSettings, type Settings } from '@/lib/env'
import { Failure, reason } from '@/lib/cli/failure'

export interface StartOptions {
  readonly settings: Settings
  /** Throw the demonstration databases away and make them anew. */
  readonly freshDemonstration: boolean
}

export const usage = `npm start -- [--port N] [--fresh-demonstration]

  --port N                serve on this port (setting PORT, else 3000)
  --fresh-demonstration   throw the demonstration databases away and make them anew
`

/** Arguments and environment → options. @throws Failure that says everything that is wrong. */
export function startOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', short: 'p' },
        'fresh-demonstration': { type: 'boolean', default: false },
        dev: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const settings = parseSettings({
      ...environment,
      ...(values.port === undefined ? {} : { PORT: values.port }),
    })
    if (environment.TABELLION_CONFIG && !existsSync(settings.configFile))
      throw new Failure(`TABELLION_CONFIG: there is no file ${settings.configFile}`)
    return { settings, freshDemonstration: values['fresh-demonstration'] }
  } catch (error) {
    throw new Failure(error instanceof InvalidSettings ? error.message : `${reason(error)}.`)
  }
}
