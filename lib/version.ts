import { version } from '@/package.json'

/** Version of Tabellion, as package.json says it. */
export const tabellionVersion: string = version
