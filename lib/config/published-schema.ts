import { z } from 'zod'
import { configSchema } from './schema'

/** JSON schema of `tabellion.config.json`, for editors; kept in `tabellion.schema.json` beside this file. */
export function publishedSchema(): unknown {
  const schema = z.toJSONSchema(configSchema, { io: 'input' })
  return JSON.parse(JSON.stringify({ ...schema, title: 'Tabellion configuration' }))
}
