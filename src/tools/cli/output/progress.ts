import { Format, SingleBar } from 'cli-progress'
import type { WriteStream } from 'node:tty'
import type { Progress } from '../../sequences/progress'

/** How far a run has come, on a stream. */
export interface ProgressBar {
  readonly show: (progress: Progress) => void
  /** Takes it away; nothing is shown any more. */
  end(): void
}

/** What takes less is not worth a look. */
const FIRST_MILLIS = { terminal: 1_000, file: 10_000 }

const PHASES = { read: 'Reading', repair: 'Repairing', fleet: 'Databases' }

/** Returns a bar that is drawn anew on a terminal; elsewhere it is a line every ten seconds. */
export function progressBar(stream: WriteStream): ProgressBar {
  const begun = Date.now()
  const quiet = stream.isTTY ? FIRST_MILLIS.terminal : FIRST_MILLIS.file
  let shown: { readonly phase: Progress['phase']; readonly bar: SingleBar } | undefined
  let ended = false
  let phase: Progress['phase'] | undefined
  let since = begun
  const clear = () => {
    shown?.bar.stop()
    shown = undefined
  }
  return {
    show(progress) {
      if (progress.phase !== phase) {
        clear()
        phase = progress.phase
        since = Date.now()
      }
      if (ended || Date.now() - begun < quiet) return
      shown ??= { phase, bar: begin(stream, progress, since) }
      shown.bar.update(progress.done)
    },
    end() {
      ended = true
      clear()
    },
  }
}

function begin(stream: WriteStream, { phase, done, total }: Progress, since: number): SingleBar {
  const bar = new SingleBar({
    stream,
    noTTYOutput: true,
    notTTYSchedule: FIRST_MILLIS.file,
    clearOnComplete: true,
    // Ctrl-C is the command's own.
    gracefulExit: false,
    hideCursor: true,
    barsize: 20,
    format: (options, { value, progress }) => {
      const drawn = stream.isTTY ? `${Format.BarFormat(progress, options)} ` : ''
      return `${PHASES[phase]} ${drawn}${progressText({ phase, done: value, total }, Date.now() - since)}`
    },
  })
  bar.start(total, done)
  return bar
}

/** Returns how far it has come, how fast, and how long it will take. */
export function progressText({ done, total }: Progress, millis: number): string {
  const text = `${String(done)} of ${String(total)}`
  if (done === 0 || millis === 0) return text
  const perSecond = (done * 1000) / millis
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)
  return `${text}, ${rate}/s, ${timeText((total - done) / perSecond)} left`
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 120 ? `${String(whole)} s` : `${String(Math.ceil(whole / 60))} min`
}
