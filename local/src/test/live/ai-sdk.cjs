// Calls a provider through the AI SDK: a text, and one that fails.
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK();
sdk.start();

async function main() {
  const { generateText, registerTelemetry } = await import('ai');
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  const { createOpenAI } = await import('@ai-sdk/openai');
  registerTelemetry(new OpenTelemetry());
  const openai = createOpenAI({ apiKey: 'none', baseURL: process.env.LLM_URL + '/v1' });
  const ask = (functionId, prompt) =>
    generateText({
      model: openai.chat('gpt-5.2'),
      prompt,
      maxRetries: 0,
      telemetry: { functionId },
      experimental_telemetry: { isEnabled: true, functionId },
    });
  await ask('answer', 'Hello');
  await ask('answer', 'Hello again');
  await ask('broken', 'Hello [[always 500]]').catch(() => {});
  await sdk.shutdown();
}

main();
