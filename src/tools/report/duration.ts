const MINUTES_A_DAY = 24 * 60

/** Returns a number of days in the unit that people would say it in, such as `about 3 h`. */
export function aboutDays(days: number): string {
  const minutes = days * MINUTES_A_DAY
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `about ${String(Math.round(minutes))} min`
  if (minutes < 2 * MINUTES_A_DAY) return `about ${String(Math.round(minutes / 60))} h`
  if (days < 730) return `about ${String(Math.round(days))} days`
  const years = days / 365
  return years < 100 ? `about ${String(Math.round(years))} years` : 'more than 100 years'
}
