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

/** How far a phase has come, and when it began. */
interface Phase extends Progress {
  readonly since: number
}

/** Returns a bar that is drawn anew on a terminal; elsewhere it is a line every ten seconds. */
export function progressBar(stream: WriteStream): ProgressBar {
  const bar = stream.isTTY ? terminalBar(stream) : lines(stream)
  let now: Phase | undefined
  return {
    show(progress) {
      const since = progress.phase === now?.phase ? now.since : Date.now()
      now = { ...progress, since }
      bar.show(now)
    },
    end: bar.end,
  }
}

interface Shown {
  readonly show: (phase: Phase) => void
  readonly end: () => void
}

/** By the clock alone: one batch may take minutes, and nothing is told of meanwhile. */
function lines(stream: WriteStream): Shown {
  let now: Phase | undefined
  const timer = setInterval(() => {
    // The result comes next, and says it.
    if (now && now.done < now.total) stream.write(`${phaseText(now)}\n`)
  }, FIRST_MILLIS.file)
  timer.unref()
  return {
    show: (phase) => (now = phase),
    end() {
      clearInterval(timer)
    },
  }
}

function terminalBar(stream: WriteStream): Shown {
  let now: Phase | undefined
  let shown: { readonly phase: Progress['phase']; readonly bar: SingleBar } | undefined
  let state: 'quiet' | 'shown' | 'ended' = 'quiet'
  const clear = () => {
    shown?.bar.stop()
    shown = undefined
  }
  const draw = () => {
    if (state !== 'shown' || !now) return
    if (shown && shown.phase !== now.phase) clear()
    shown ??= { phase: now.phase, bar: begin(stream, now) }
    shown.bar.update(now.done)
  }
  const timer = setTimeout(() => {
    state = 'shown'
    draw()
  }, FIRST_MILLIS.terminal)
  timer.unref()
  return {
    show(phase) {
      now = phase
      draw()
    },
    end() {
      state = 'ended'
      clearTimeout(timer)
      clear()
    },
  }
}

function begin(stream: WriteStream, { phase, since, done, total }: Phase): SingleBar {
  const bar = new SingleBar({
    stream,
    clearOnComplete: true,
    // Ctrl-C is the command's own.
    gracefulExit: false,
    hideCursor: true,
    barsize: 20,
    format: (options, { value, progress }) =>
      phaseText({ phase, since, done: value, total }, `${Format.BarFormat(progress, options)} `),
  })
  bar.start(total, done)
  return bar
}

function phaseText(phase: Phase, drawn = ''): string {
  return `${PHASES[phase.phase]} ${drawn}${progressText(phase, Date.now() - phase.since)}`
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
