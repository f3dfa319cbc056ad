import { columnFinder } from '../context'

export const subscriptionFinder = columnFinder('subscription', () => Promise.resolve([]))
