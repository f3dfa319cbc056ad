import { setTimeout as sleep } from 'node:timers/promises'
import type { ExtractionEvent } from 'typeorm-resync'

/** Goes through so many pages, and says of each how its extraction went. Stops after the page at hand when the signal is given. */
export async function* crawl(pages: number, signal: AbortSignal): AsyncGenerator<ExtractionEvent> {
  for (let page = 1; page <= pages && !signal.aborted; page += 1) {
    await sleep(1)
    yield extraction(page)
  }
}

/** What a crawler would have met at a page: one in nine fails. */
function extraction(page: number): ExtractionEvent {
  const failed = page % 9 === 0
  const event = {
    operationId: 'crawl',
    articleId: `article-${String(page)}`,
    url: `https://news.example.com/articles/${String(page)}`,
    host: 'news.example.com',
    startTime: new Date(),
    methodsAttempted: ['newspaper'],
  }
  if (failed) {
    return {
      ...event,
      isSuccess: false,
      httpStatusCode: 503,
      httpErrorType: 'service_unavailable',
    }
  }
  return {
    ...event,
    isSuccess: true,
    httpStatusCode: 200,
    successfulMethod: 'newspaper',
    extractedFields: { title: `Article ${String(page)}` },
    contentTypeDetection: { status: 'detected', confidence: 'high', confidenceScore: 0.9 },
  }
}
