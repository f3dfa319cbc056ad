import type { ExtractionEvent } from '../../src/tools/telemetry/accept/event'

const METHODS = ['newspaper', 'beautifulsoup', 'trafilatura']

/** The n-th event, such as a crawler records: always the same for the same n. Every column has a value but those of a failure, which one in nine is. */
export function benchEvent(n: number): ExtractionEvent {
  const failed = n % 9 === 0
  const startTime = new Date(1_795_000_000_000 + n * 170)
  const title = `Council approves “budget” no. ${String(n)}`
  return {
    operationId: `op-${String(Math.floor(n / 50))}`,
    articleId: `article-${String(n)}`,
    url: `https://news.example.com/articles/${String(n)}`,
    publisher: 'The Example Courier',
    host: `host-${String(n % 40)}.example.com`,
    startTime,
    endTime: new Date(startTime.getTime() + 300),
    totalDurationMs: 120.5 + (n % 900),
    httpStatusCode: failed ? 503 : 200,
    httpErrorType: failed ? 'service_unavailable' : null,
    responseSizeBytes: 20_000 + (n % 90_000),
    responseTimeMs: 60.25 + (n % 450),
    proxyUsed: true,
    proxyUrl: 'http://proxy.example.com:8080',
    proxyAuthenticated: true,
    proxyStatus: failed ? 'failed' : 'success',
    proxyError: failed ? 'upstream\ttimed out' : null,
    methodsAttempted: METHODS,
    successfulMethod: failed ? null : 'newspaper',
    methodTimings: { newspaper: 120.5, beautifulsoup: 43.25, trafilatura: 88 },
    methodSuccess: { newspaper: !failed, beautifulsoup: false, trafilatura: true },
    methodErrors: { beautifulsoup: 'no <article> element' },
    fieldExtraction: { newspaper: { title: true, author: false, content: true } },
    extractedFields: { title, author: 'A. Writer', publishDate: '2026-11-01' },
    finalFieldAttribution: { title: 'newspaper', content: 'trafilatura' },
    alternativeExtractions: { trafilatura: { title: `${title} |\nThe Example Courier` } },
    contentLength: 1_000 + (n % 9_000),
    isSuccess: !failed,
    errorMessage: failed ? 'HTTP 503' : null,
    errorType: failed ? 'http' : null,
  }
}
