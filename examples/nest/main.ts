import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module'

/** Starts the application and stops it again. A server would `listen`, which runs the same check first. */
async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule)
  await app.close()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
