package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spans as libraries send them that were not recorded, by their documentation and source. */
class LibrarySpansTest {
    private static final String CHAT = "gen_ai.operation.name=chat ";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "langsmith | ChatOpenAI | langsmith.span.kind=llm gen_ai.operation.name=chat"
                        + " | CALL",
                "langsmith | ChatPromptTemplate | langsmith.span.kind=prompt"
                        + " gen_ai.operation.name=chat | STEP",
                "langsmith | VectorStoreRetriever | langsmith.span.kind=retriever"
                        + " gen_ai.operation.name=embeddings | STEP",
                "langsmith | search | langsmith.span.kind=tool | TOOL",
                "langsmith | agent | langsmith.span.kind=chain gen_ai.operation.name=chain | STEP",
                "langsmith | LangGraph | root langsmith.span.kind=chain | AGENT",
                "langfuse-sdk | OpenAI-generation | langfuse.observation.type=generation | CALL",
                "langfuse-sdk | embed | langfuse.observation.type=embedding | STEP",
                "langfuse-sdk | search | langfuse.observation.type=tool | TOOL",
                "langfuse-sdk | answer | root langfuse.observation.type=span | AGENT",
                "langfuse-sdk | answer | langfuse.observation.type=span | STEP",
                "strands.telemetry.tracer | invoke_agent x | langfuse.observation.type=span"
                        + " gen_ai.operation.name=invoke_agent | AGENT",
                "strands.telemetry.tracer | invoke_swarm | gen_ai.operation.name=invoke_swarm"
                        + " | AGENT",
                "azure.ai.agents | process_thread_run |"
                        + " gen_ai.operation.name=process_thread_run"
                        + " gen_ai.usage.input_tokens=9 | AGENT",
                "azure.ai.agents | get_thread_run | gen_ai.operation.name=get_thread_run"
                        + " gen_ai.usage.input_tokens=9 | STEP",
                "strands.telemetry.tracer | execute_event_loop_cycle |"
                        + " gen_ai.operation.name=execute_event_loop_cycle | STEP",
                "mlflow | Completions | mlflow.spanType=\"CHAT_MODEL\" | CALL",
                "mlflow | search | mlflow.spanType=\"TOOL\" | TOOL",
                "org.springframework.boot | tool_call search | gen_ai.operation.name=framework"
                        + " spring.ai.kind=tool_call | TOOL",
                "org.springframework.boot | spring_ai chat_client |"
                        + " gen_ai.operation.name=framework spring.ai.kind=chat_client | AGENT",
                "org.springframework.boot | message_chat_memory |"
                        + " gen_ai.operation.name=framework spring.ai.kind=advisor | STEP",
                "org.springframework.boot | embedding m | gen_ai.operation.name=embedding | CALL",
                "pydantic-ai | agent run | agent_name=helper gen_ai.usage.input_tokens=5 | AGENT",
                "pydantic-ai | running tool | gen_ai.tool.name=search | TOOL",
                "pydantic-ai | running 2 tools | tools=a | STEP",
                "gcp.vertex.agent | agent_run [helper] | x=y | AGENT",
                "gcp.vertex.agent | generate_content gemini |"
                        + " gen_ai.operation.name=generate_content | STEP",
                "gcp.vertex.agent | execute_tool (merged) | gen_ai.operation.name=execute_tool"
                        + " gen_ai.tool.name=(merged_tools) | STEP",
                "opentelemetry.instrumentation.x | search.tool | traceloop.span.kind=tool | TOOL",
                "semantic_kernel | text | gen_ai.operation.name=text_completions | CALL",
                "litellm | litellm_request | gen_ai.operation.name=anthropic_messages | CALL",
                "Experimental.Microsoft.Extensions.AI | orchestrate_tools | x=y | AGENT",
                "loongsuite | llm | gen_ai.span.kind=LLM | CALL",
                "logfire.openai | streaming response | gen_ai.operation.name=chat"
                        + " logfire.span_type=log | STEP",
                "logfire.openai | Chat Completion | gen_ai.operation.name=chat"
                        + " logfire.span_type=pending_span | STEP",
                "logfire.openai | Chat Completion | gen_ai.operation.name=chat"
                        + " logfire.span_type=span | CALL",
                "openrouter | LLM Generation | span.type=generation | CALL",
                "openrouter | provider attempt 1: x | span.type=span gen_ai.operation.name=chat"
                        + " | STEP",
                "opentelemetry.instrumentation.crewai | crewai.workflow | root"
                        + " gen_ai.operation.name=invoke_agent | AGENT",
                "opentelemetry.instrumentation.crewai | Write a poem.task |"
                        + " gen_ai.operation.name=invoke_agent traceloop.span.kind=task | STEP",
                "opentelemetry.instrumentation.crewai | Poet.agent |"
                        + " gen_ai.operation.name=invoke_agent traceloop.span.kind=agent | AGENT",
                "openlit.instrumentation.crewai | invoke_workflow crew | root"
                        + " gen_ai.operation.name=invoke_workflow | AGENT",
                "openlit.instrumentation.llamaindex | invoke_workflow document_split |"
                        + " gen_ai.operation.name=invoke_workflow | STEP",
                "openlit.instrumentation.haystack | invoke_workflow prompt_builder |"
                        + " gen_ai.operation.name=invoke_workflow | STEP",
                "openlit.instrumentation.llamaindex | chat llm_chat |"
                        + " gen_ai.operation.name=chat | CALL",
                "fastapi | GET /chat | root http.request.method=GET | STEP",
            })
    void kinds(String scope, String name, String attributes, Fragment.Role role) throws Exception {
        List<Fragment> fragments = map(scope, name, attributes.replace("merged_", "merged "));
        assertThat(fragments)
                .filteredOn(fragment -> !fragment.isSum())
                .extracting(Fragment::role)
                .containsExactly(role);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "OpenLLMetry 0.10 | opentelemetry.instrumentation.openai | llm.request.type=chat"
                        + " llm.vendor=OpenAI llm.usage.prompt_tokens=9"
                        + " llm.usage.completion_tokens=4 | 9 | -1 | -1 | 4 | -1",
                "OpenLLMetry, Bedrock | opentelemetry.instrumentation.bedrock |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read_input_tokens=300"
                        + " gen_ai.usage.cache_creation_input_tokens=80"
                        + " gen_ai.usage.output_tokens=4 | 1280 | 300 | 80 | 4 | -1",
                "OpenRouter | openrouter | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens=900 gen_ai.usage.input_tokens.cached=300"
                        + " gen_ai.usage.input_tokens.cache_write=80"
                        + " gen_ai.usage.output_tokens=40"
                        + " gen_ai.usage.output_tokens.reasoning=30 | 900 | 300 | 80 | 40 | 30",
                "Agent that does not follow the convention | our-agent |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=9"
                        + " gen_ai.usage.cache_read_tokens=300"
                        + " gen_ai.usage.cache_write_tokens=80"
                        + " gen_ai.usage.output_tokens=4 | 389 | 300 | 80 | 4 | -1",
                "OpenLIT, Anthropic | openlit.instrumentation.anthropic |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 1200 | 300 | -1 | 4 | -1",
                "OpenLIT, OpenAI | openlit.instrumentation.openai | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.prompt_tokens_details.cached_tokens=300"
                        + " gen_ai.usage.output_tokens=40"
                        + " gen_ai.usage.completion_tokens_details.reasoning_tokens=30"
                        + " | 900 | 300 | -1 | 40 | 30",
                "Spring AI, Anthropic | org.springframework.boot | gen_ai.operation.name=chat"
                        + " gen_ai.system=anthropic gen_ai.usage.input_tokens='900'"
                        + " gen_ai.usage.cache_read.input_tokens='300'"
                        + " gen_ai.usage.output_tokens='4' | 1200 | 300 | -1 | 4 | -1",
                "Spring AI, OpenAI | org.springframework.boot | gen_ai.operation.name=chat"
                        + " gen_ai.system=openai gen_ai.usage.input_tokens='900'"
                        + " gen_ai.usage.cache_read.input_tokens='300'"
                        + " gen_ai.usage.output_tokens='4' | 900 | 300 | -1 | 4 | -1",
                "Agent Framework, Anthropic | agent_framework | gen_ai.operation.name=chat"
                        + " gen_ai.provider.name=anthropic gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 1200 | 300 | -1 | 4 | -1",
                "Google ADK 1.x | gcp.vertex.agent | gen_ai.request.model=gemini-2.5-pro"
                        + " gcp.vertex.agent.llm_response={\"usage_metadata\":{"
                        + "\"candidates_token_count\":50,\"prompt_token_count\":900,"
                        + "\"thoughts_token_count\":10}} | 900 | -1 | -1 | 60 | 10",
                "Google ADK 1.19 | gcp.vertex.agent | gen_ai.request.model=gemini-2.5-pro"
                        + " gen_ai.usage.input_tokens=900 gen_ai.usage.output_tokens=50"
                        + " gen_ai.usage.experimental.reasoning_tokens=10"
                        + " gcp.vertex.agent.llm_response={} | 900 | -1 | -1 | 60 | 10",
                "Google ADK 2.3 | gcp.vertex.agent | gen_ai.request.model=gemini-2.5-pro"
                        + " gen_ai.usage.input_tokens=900 gen_ai.usage.output_tokens=60"
                        + " gen_ai.usage.reasoning.output_tokens=10"
                        + " gcp.vertex.agent.llm_response={\"usage_metadata\":{"
                        + "\"thoughts_token_count\":10}} | 900 | -1 | -1 | 60 | 10",
                "OpenLIT for JavaScript, Anthropic | @openlit/instrumentation-anthropic |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 1200 | 300 | -1 | 4 | -1",
                "OpenLIT for JavaScript, Bedrock | @openlit/instrumentation-bedrock |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 1200 | 300 | -1 | 4 | -1",
                "OpenLIT, Gemini | openlit.instrumentation.google_ai_studio |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.output_tokens=40 gen_ai.usage.reasoning_tokens=30"
                        + " | 900 | -1 | -1 | 70 | 30",
                "OpenInference, Converse | openinference.instrumentation.bedrock |"
                        + " openinference.span.kind=LLM llm.token_count.prompt=900"
                        + " llm.token_count.prompt_details.cache_read=300"
                        + " llm.token_count.completion=4 | 1200 | 300 | -1 | 4 | -1",
                "Strands, Bedrock | strands.telemetry.tracer | gen_ai.operation.name=chat"
                        + " gen_ai.request.model=us.anthropic.claude-sonnet-4-6"
                        + " gen_ai.usage.input_tokens=900 gen_ai.usage.output_tokens=4"
                        + " gen_ai.usage.cache_read_input_tokens=300"
                        + " gen_ai.usage.total_tokens=1204 | 1200 | 300 | -1 | 4 | -1",
                "Strands, LiteLLM | strands.telemetry.tracer | gen_ai.operation.name=chat"
                        + " gen_ai.request.model=anthropic/claude-sonnet-4-6"
                        + " gen_ai.usage.input_tokens=1200 gen_ai.usage.output_tokens=4"
                        + " gen_ai.usage.cache_read_input_tokens=300"
                        + " gen_ai.usage.total_tokens=1204 | 1200 | 300 | -1 | 4 | -1",
                "LangSmith for Python | langsmith | langsmith.span.kind=llm"
                        + " gen_ai.usage.input_tokens=21000 gen_ai.usage.output_tokens=4"
                        + " gen_ai.usage.input_token_details={'cache_read': 20000,"
                        + " 'cache_creation': 100} | 21000 | 20000 | 100 | 4 | -1",
                "LangSmith for JavaScript | langsmith | langsmith.span.kind=llm"
                        + " gen_ai.usage.input_tokens=21000 gen_ai.usage.output_tokens=4"
                        + " gen_ai.usage.input_token_details={\"cache_read\":20000}"
                        + " | 21000 | 20000 | -1 | 4 | -1",
                "OpenLLMetry, Gemini | opentelemetry.instrumentation.google_generativeai |"
                        + " llm.request.type=completion gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.output_tokens=40 llm.usage.total_tokens=970"
                        + " | 900 | -1 | -1 | 70 | -1",
                "OpenInference, Vertex AI | openinference.instrumentation.vertexai |"
                        + " openinference.span.kind=LLM llm.token_count.prompt=900"
                        + " llm.token_count.completion=40 llm.token_count.total=970"
                        + " | 900 | -1 | -1 | 70 | -1",
                "Langfuse, OpenAI | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"completion_tokens\":40,"
                        + "\"prompt_tokens\":900,\"prompt_tokens_details\":{\"cached_tokens\":300}"
                        + ",\"completion_tokens_details\":{\"reasoning_tokens\":30}}"
                        + " | 900 | 300 | -1 | 40 | 30",
                "Langfuse, LangChain | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":600,\"output\":10,"
                        + "\"total\":940,\"input_cache_read\":300,\"output_reasoning\":30}"
                        + " | 900 | 300 | -1 | 40 | 30",
                "Langfuse, LangChain and Anthropic | langfuse-sdk |"
                        + " langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":20,\"output\":40,"
                        + "\"total\":940,\"input_cache_read\":300,\"input_cache_creation\":0,"
                        + "\"input_ephemeral_5m_input_tokens\":500,"
                        + "\"input_ephemeral_1h_input_tokens\":80}"
                        + " | 900 | 300 | 580 | 40 | -1",
                "Langfuse, Anthropic | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":20,\"output\":40,"
                        + "\"cache_read_input_tokens\":300,\"cache_creation_input_tokens\":580,"
                        + "\"cache_creation_ephemeral_5m_input_tokens\":580}"
                        + " | 900 | 300 | 580 | 40 | -1",
                "Langfuse, LiteLLM | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":600,\"output\":40,"
                        + "\"total\":940,\"input_cached_tokens\":300,"
                        + "\"cache_read_input_tokens\":300} | 900 | 300 | -1 | 40 | -1",
                "Langfuse, audio | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":500,\"output\":10,"
                        + "\"total\":940,\"input_cached_tokens\":300,\"input_audio_tokens\":100,"
                        + "\"output_audio_tokens\":25,\"output_reasoning_tokens\":5,"
                        + "\"input_priority\":900} | 900 | 300 | -1 | 40 | 5",
                "Langfuse, Vertex AI | langfuse-sdk | langfuse.observation.type=generation"
                        + " langfuse.observation.usage_details={\"input\":0,\"output\":0,"
                        + "\"total\":970,\"input_modality_TEXT\":600,\"cached_modality_TEXT\":300,"
                        + "\"output_modality_TEXT\":40,\"cached_content_token_count\":300,"
                        + "\"thoughts_token_count\":30} | 900 | 300 | -1 | 70 | 30",
                "LangSmith, Anthropic | langsmith | langsmith.span.kind=llm"
                        + " gen_ai.usage.input_tokens=21000 gen_ai.usage.output_tokens=4"
                        + " gen_ai.usage.input_token_details={'cache_read': 20000,"
                        + " 'cache_creation': 0, 'ephemeral_5m_input_tokens': 90,"
                        + " 'ephemeral_1h_input_tokens': 10} | 21000 | 20000 | 100 | 4 | -1",
                "LangChain4j | org.springframework.boot | gen_ai.operation.name=chat"
                        + " gen_ai.provider.name=OPEN_AI gen_ai.response.model=gpt-4o"
                        + " input_tokens='900' output_tokens='40' | 900 | -1 | -1 | 40 | -1",
                "Agent Framework, Claude on Vertex AI | agent_framework |"
                        + " gen_ai.operation.name=chat gen_ai.provider.name=google.vertex.ai"
                        + " gen_ai.request.model=claude-sonnet-4-6 gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 1200 | 300 | -1 | 4 | -1",
                "Agent Framework, Foundry | agent_framework | gen_ai.operation.name=chat"
                        + " gen_ai.provider.name=azure.ai.foundry gen_ai.request.model=gpt-5"
                        + " gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.cache_read.input_tokens=300"
                        + " gen_ai.usage.output_tokens=4 | 900 | 300 | -1 | 4 | -1",
                "Agent Framework, Gemini | agent_framework | gen_ai.operation.name=chat"
                        + " gen_ai.provider.name=gcp.gemini gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.output_tokens=40"
                        + " gen_ai.usage.reasoning.output_tokens=30 | 900 | -1 | -1 | 70 | 30",
                "OpenLIT for Go, Anthropic | openlit.anthropic | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.prompt_tokens_details.cache_read=300"
                        + " gen_ai.usage.prompt_tokens_details.cache_write=80"
                        + " gen_ai.usage.output_tokens=4 | 1280 | 300 | 80 | 4 | -1",
                "OpenLIT for Go, OpenAI | openlit.openai | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.prompt_tokens_details.cache_read=300"
                        + " gen_ai.usage.completion_tokens_details.reasoning=30"
                        + " gen_ai.usage.output_tokens=40 | 900 | 300 | -1 | 40 | 30",
                "OpenInference, LlamaIndex and Gemini | openinference.instrumentation.llama_index |"
                        + " openinference.span.kind=LLM llm.model_name=gemini-2.5-pro"
                        + " llm.token_count.prompt=900 llm.token_count.completion=40"
                        + " llm.token_count.total=970 | 900 | -1 | -1 | 70 | -1",
                "OpenInference, LangChain and Bedrock | openinference.instrumentation.langchain |"
                        + " openinference.span.kind=LLM llm.model_name=anthropic.claude-sonnet-4-6"
                        + " llm.token_count.prompt=900 llm.token_count.completion=40"
                        + " llm.token_count.total=970 | 900 | -1 | -1 | 40 | -1",
                "Spring AI, Gemini | org.springframework.boot | gen_ai.operation.name=chat"
                        + " gen_ai.system=google_genai gen_ai.request.model=gemini-2.5-pro"
                        + " gen_ai.usage.input_tokens='900' gen_ai.usage.output_tokens='40'"
                        + " gen_ai.usage.total_tokens='970' | 900 | -1 | -1 | 70 | -1",
                "OpenInference, Agno and Claude | openinference.instrumentation.agno |"
                        + " openinference.span.kind=LLM llm.provider=Anthropic"
                        + " llm.model_name=claude-sonnet-4-6 llm.token_count.prompt=900"
                        + " llm.token_count.prompt_details.cache_read=300"
                        + " llm.token_count.completion=4 | 1200 | 300 | -1 | 4 | -1",
                "OpenInference, Agno and OpenRouter | openinference.instrumentation.agno |"
                        + " openinference.span.kind=LLM llm.provider=OpenRouter"
                        + " llm.model_name=anthropic/claude-sonnet-4-6 llm.token_count.prompt=900"
                        + " llm.token_count.prompt_details.cache_read=300"
                        + " llm.token_count.completion=4 | 900 | 300 | -1 | 4 | -1",
                "MLflow | mlflow | mlflow.spanType=\"CHAT_MODEL\""
                        + " mlflow.chat.tokenUsage={\"input_tokens\":900,\"output_tokens\":40,"
                        + "\"cache_read_input_tokens\":300} | 900 | 300 | -1 | 40 | -1",
                "Micrometer without a value | org.springframework.boot |"
                        + " gen_ai.operation.name=chat gen_ai.usage.input_tokens=none"
                        + " | -1 | -1 | -1 | -1 | -1",
                "a stream without usage | org.springframework.boot | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens='0' gen_ai.usage.output_tokens='0'"
                        + " | -1 | -1 | -1 | -1 | -1",
            })
    void tokensAreThoseOfTheBill(
            String client,
            String scope,
            String attributes,
            long input,
            long cached,
            long written,
            long output,
            long reasoning)
            throws Exception {
        TaskEvent call = call(scope, "call_llm", attributes);
        assertThat(call.tokens().input()).isEqualTo(input);
        assertThat(call.tokens().cachedInput()).isEqualTo(cached);
        assertThat(call.tokens().cacheWrite()).isEqualTo(written);
        assertThat(call.tokens().output()).isEqualTo(output);
        assertThat(call.tokens().reasoning()).isEqualTo(reasoning);
    }

    /** Anthropic's usage in an answer of InvokeModel, to which OpenInference adds the cache. */
    @Test
    void theInputOfBedrockInvokeModel_includesTheCache() throws Exception {
        TaskEvent call =
                call(
                        "openinference.instrumentation.bedrock",
                        "bedrock.invoke_model",
                        "openinference.span.kind=LLM llm.token_count.prompt=1200"
                                + " llm.token_count.prompt_details.cache_read=300");
        assertThat(call.tokens().input()).isEqualTo(1_200);
    }

    @ParameterizedTest
    @CsvSource({
        "pydantic-ai, operation.cost=0.00125, 1250000",
        "litellm, gen_ai.cost.total_cost=0.00125, 1250000",
        "litellm, litellm.cost.total=0.00125, 1250000",
        "openrouter, gen_ai.usage.total_cost='0.00125', 1250000",
        "our-agent, gen_ai.usage.cost_usd=0.00125, 1250000",
        "openlit.instrumentation.openai, gen_ai.usage.cost=0.00125, 1250000",
        "beeai, llm.cost.total=1.25e-3, 1250000",
        "openlit.instrumentation.openai, gen_ai.usage.cost=0, -1",
        "langfuse-sdk, langfuse.observation.cost_details={\"total\":0.00125}, 1250000",
        "github.copilot, github.copilot.cost=1.0, -1",
    })
    void theCostOfTheClientIsReported_zeroIsUnknown(String scope, String attribute, long nanos)
            throws Exception {
        assertThat(call(scope, "chat", CHAT + attribute).costNanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({
        "langchain, gpt-4o, gpt-4o-2024-08-06, gpt-4o-2024-08-06, openai",
        "Langchain, gpt-4o, unknown, gpt-4o, openai",
        "openai, gpt-4o, none, gpt-4o, openai",
        "strands-agents, us.anthropic.claude-sonnet-4-6, '', us.anthropic.claude-sonnet-4-6,"
                + " aws.bedrock",
        "crewai, azure/gpt-4o, '', azure/gpt-4o, azure.ai.openai",
        "azure.openai, gpt-4o, '', gpt-4o, azure.ai.openai",
        "gcp.vertex.agent, anthropic/claude-sonnet-4-6, '', anthropic/claude-sonnet-4-6, anthropic",
        "gcp.vertex.agent, our-model, '', our-model, gcp.gemini",
        "llama_index, llama3.2, '', llama3.2, unknown",
        "'', openai.gpt-oss-120b-1:0, '', openai.gpt-oss-120b-1:0, aws.bedrock",
        "'', text-embedding-3-small, '', text-embedding-3-small, openai",
        "bedrock_converse, claude, '', claude, aws.bedrock",
        "OPEN_AI, gpt-4o, unknown, gpt-4o, openai",
        "AZURE_OPEN_AI, gpt-4o, gpt-4o, gpt-4o, azure.ai.openai",
        "GOOGLE_AI_GEMINI, gemini-2.5-pro, '', gemini-2.5-pro, gcp.gemini",
        "GOOGLE_VERTEX_AI_ANTHROPIC, claude-sonnet-4-6, '', claude-sonnet-4-6, gcp.vertex_ai",
        "google.vertex.ai, claude-sonnet-4-6, '', claude-sonnet-4-6, gcp.vertex_ai",
        "anthropic.claude, claude-sonnet-4-6, '', claude-sonnet-4-6, anthropic",
        "OTHER, gpt-4o, '', gpt-4o, openai",
        "AwsBedrock, amazon.nova-pro-v1:0, '', amazon.nova-pro-v1:0, aws.bedrock",
        "unknown, claude-sonnet-4-6, '', claude-sonnet-4-6, anthropic",
        "unknown, our-model, '', our-model, unknown",
    })
    void aFrameworkIsNoProvider_andNoneIsNoModel(
            String system, String request, String response, String model, String provider)
            throws Exception {
        TaskEvent call =
                call(
                        "x",
                        "chat",
                        CHAT
                                + ("gen_ai.system=%s gen_ai.request.model=%s"
                                                + " gen_ai.response.model=%s")
                                        .formatted(system, request, response));
        assertThat(call.model()).isEqualTo(model);
        assertThat(call.provider()).isEqualTo(provider);
    }

    @Test
    void theProviderOfOpenRouterIsNotTheAuthorOfTheModel() throws Exception {
        TaskEvent call =
                call(
                        "openrouter",
                        "chat",
                        CHAT
                                + "gen_ai.provider.name=deepseek"
                                + " gen_ai.request.model=deepseek/deepseek-v4-flash"
                                + " trace.metadata.openrouter.provider_slug=novita/fp8");
        assertThat(call.provider()).isEqualTo("openrouter");
    }

    @Test
    void theModelOfLiteLlmIsTheDeployment_notTheAlias() throws Exception {
        String models = "gen_ai.request.model=gpt-4o gen_ai.response.model=our-alias";
        assertThat(call("litellm", "litellm_request", CHAT + models).model()).isEqualTo("gpt-4o");
        String group =
                "gen_ai.request.model=our-group gen_ai.response.model=our-group"
                        + " gen_ai.provider.name=openai litellm.provider.model=openai/gpt-4o";
        assertThat(call("litellm", "chat our-group", CHAT + group).model()).isEqualTo("gpt-4o");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "System.ClientModel.ClientResultException | HTTP 429 (tokens: x) | rate_limit",
                "Azure.RequestFailedException | Service request failed. Status: 503 (Busy)"
                        + " | server_error",
                "pydantic_ai.exceptions.ModelHTTPError | status_code: 429, model_name: gpt-4o"
                        + " | rate_limit",
                "AxiosError | Request failed with status code 504 | timeout",
                "httpx.HTTPStatusError | Client error '401 Unauthorized' for url 'x' | auth",
                "Error | [GoogleGenerativeAI Error]: Error fetching from x: [429 Too Many] y"
                        + " | rate_limit",
                "Exception | RateLimitError('Error code: 429 - x')Traceback | rate_limit",
                "botocore.exceptions.ClientError | An error occurred (ThrottlingException) when"
                        + " calling the Converse operation: x | rate_limit",
                "openai.RateLimitError | Error code: 429 - code: insufficient_quota | quota",
                "openai.BadRequestError | Error code: 400 - code: context_length_exceeded"
                        + " | context_length",
                "openai.BadRequestError | Error code: 400 - code: content_filter | content_filter",
                "google.api_core.exceptions.ResourceExhausted | Quota | rate_limit",
                "java.net.http.HttpTimeoutException | request timed out | timeout",
                "asyncio.exceptions.TimeoutError | x | timeout",
                "httpx.ConnectError | All connection attempts failed | connection",
                "litellm.exceptions.ContentPolicyViolationError | x | content_filter",
                "Error | stream disconnected before completion: Rate limit reached for gpt-5 in"
                        + " organization org-1 on tokens per min. | rate_limit",
                "Error | stream disconnected before completion: closed | connection",
                "ValueError | the answer has 500 words | other",
            })
    void failuresHaveTheClassOfTheirMessage(String type, String message, String error)
            throws Exception {
        String attributes = CHAT + "status=%s exception=%s".formatted(message, type);
        assertThat(call("x", "chat", attributes).errorType()).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({
        "gen_ai.response.finish_reasons=[content_filter]",
        "gen_ai.response.finish_reasons=[refusal]",
        "gen_ai.response.finish_reason=ContentFilter",
        "ai.response.finishReason=content-filter",
        "gen_ai.response.finish_reasons=SAFETY",
    })
    void anAnswerThatTheProviderWithheldIsAFailure_andItsTokensCount(String reason)
            throws Exception {
        TaskEvent call = call("x", "chat", CHAT + reason + " gen_ai.usage.input_tokens=9");
        assertThat(call.errorType()).isEqualTo("content_filter");
        assertThat(call.tokens().input()).isEqualTo(9);
    }

    /** Langfuse for JavaScript leaves the status unset. */
    @ParameterizedTest
    @CsvSource({
        "ERROR, Error: 429 status code (no body), rate_limit",
        "ERROR, AbortError: Request was aborted., other",
        "WARNING, x, ''",
        "DEFAULT, x, ''",
    })
    void theLevelOfAnObservationIsItsOutcome(String level, String message, String error)
            throws Exception {
        String attributes =
                " langfuse.observation.level=%s langfuse.observation.status_message=%s"
                        .formatted(level, message);
        String call = "langfuse.observation.type=generation" + attributes;
        assertThat(call("langfuse-sdk", "ChatOpenAI", call).errorType()).isEqualTo(error);
        String agent = "root langfuse.observation.type=span" + attributes;
        assertThat(map("langfuse-sdk", "answer", agent).get(0).event().type())
                .isEqualTo(error.isEmpty() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"input\":600,\"output\":40,\"unit\":\"TOKENS\"} | 600",
                "{\"input\":600,\"output\":40,\"input_seconds\":1.5} | 600",
                "{\"input_tokens\":600,\"output_tokens\":40,\"service_tier\":\"standard\"} | 600",
                "{\"prompt_tokens\":600,\"completion_tokens\":40,\"cost\":0.0021} | 600",
            })
    void whatIsNoCountInAUsageOfLangfuse_doesNotRejectTheCall(String usage, long input)
            throws Exception {
        String kind = "langfuse.observation.type=generation langfuse.observation.usage_details=";
        assertThat(call("langfuse-sdk", "x", kind + usage).tokens().input()).isEqualTo(input);
    }

    @Test
    void tokensWrittenForAnHour_areReportedByLangChain() throws Exception {
        String details = "{\"cache_creation\":0,\"ephemeral_1h_input_tokens\":80}";
        String kind = "langsmith.span.kind=llm gen_ai.usage.input_tokens=900";
        TaskEvent langSmith =
                call("langsmith", "x", kind + " gen_ai.usage.input_token_details=" + details);
        assertThat(langSmith.cacheWrite1hTokens()).isEqualTo(80);
        details = "{\"input\":820,\"input_ephemeral_1h_input_tokens\":80}";
        kind = "langfuse.observation.type=generation langfuse.observation.usage_details=";
        TaskEvent langfuse = call("langfuse-sdk", "x", kind + details);
        assertThat(langfuse.cacheWrite1hTokens()).isEqualTo(80);
        assertThat(langfuse.tokens().cacheWrite()).isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource({
        "strands.telemetry.tracer, gen_ai.server.time_to_first_token=412, 412",
        "openlit.x, gen_ai.server.time_to_first_token=0.412 gen_ai.request.stream=true, 412",
        "openlit.x, gen_ai.server.time_to_first_token=1.0 gen_ai.request.stream=false, -1",
        "langfuse-sdk, langfuse.observation.completion_start_time=\"2025-11-27T08:00:00.412Z\","
                + " 412",
        "pydantic-ai, gen_ai.client.operation.time_to_first_chunk=0.412, 412",
    })
    void timeToTheFirstToken_inTheUnitOfEachLibrary(String scope, String attributes, long millis)
            throws Exception {
        assertThat(call(scope, "chat", CHAT + attributes).timeToFirstTokenMillis())
                .isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({
        "tool_call search, spring.ai.kind=tool_call spring.ai.tool.definition.name=web, web",
        "search.tool, traceloop.span.kind=tool traceloop.entity.name=search, search",
        "execute_tool search, gen_ai.operation.name=execute_tool, search",
        "search, langfuse.observation.type=tool, search",
    })
    void aToolHasItsNameOrThatOfItsSpan(String name, String attributes, String tool)
            throws Exception {
        assertThat(map("x", name, attributes).get(0).event().toolName()).isEqualTo(tool);
    }

    @ParameterizedTest
    @CsvSource({
        "agent, openinference.span.kind=AGENT agent.name=helper",
        "agent run, agent_name=helper gen_ai.operation.name=invoke_agent",
        "agent_run [helper], gen_ai.operation.name=invoke_agent",
        "LangGraph, gen_ai.operation.name=invoke_agent gen_ai.agent.id=7d0e agent.name=helper",
    })
    void anAgentHasTheNameThatItsLibraryGivesIt(String name, String attributes) throws Exception {
        assertThat(map("x", name, attributes)).extracting(Fragment::name).containsExactly("helper");
    }

    /** The job drops the sum if a span below the agent reports a call. */
    @Test
    void anAgentHasTheSumOfItsCalls_ifItReportsTokens() throws Exception {
        String agent = "gen_ai.operation.name=invoke_agent gen_ai.request.model=gpt-4o ";
        List<Fragment> fragments =
                map(
                        "Experimental.Microsoft.Agents.AI",
                        "invoke_agent helper",
                        agent + "gen_ai.usage.input_tokens=900 gen_ai.usage.output_tokens=40");
        assertThat(fragments).extracting(Fragment::isSum).containsExactly(false, true);
        assertThat(fragments.get(1).event().tokens().input()).isEqualTo(900);
        assertThat(map("x", "invoke_agent", agent + "gen_ai.usage.input_tokens=0")).hasSize(1);
    }

    /** The Claude Agent SDK runs its calls in a process of its own, without spans. */
    @Test
    void anAgentThatAloneReportsTheUsage_hasItsCallsAsOne() throws Exception {
        List<Fragment> fragments =
                map(
                        "openinference.instrumentation.claude_agent_sdk",
                        "ClaudeAgentSDK.query",
                        "openinference.span.kind=AGENT llm.model_name=claude-sonnet-4-6"
                                + " llm.token_count.prompt=9 llm.token_count.completion=50"
                                + " llm.token_count.prompt_details.cache_read=20000"
                                + " llm.cost.total=0.0123 session.id=s1");
        assertThat(fragments)
                .extracting(Fragment::role)
                .containsExactly(Fragment.Role.AGENT, Fragment.Role.CALL);
        Fragment calls = fragments.get(1);
        assertThat(calls.parentId()).isEqualTo(fragments.get(0).id());
        assertThat(calls.event().tokens().input()).isEqualTo(20_009);
        assertThat(calls.event().costNanos()).isEqualTo(12_300_000);
        assertThat(calls.event().provider()).isEqualTo("anthropic");
        assertThat(calls.event().durationMillis()).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void aSpanWithWhichATraceBegins_mayEndTheTaskOfItsCalls() throws Exception {
        Fragment request = map("fastapi", "GET /chat", "root http.request.method=GET").get(0);
        assertThat(request.event().type()).isEqualTo(EventType.TASK_COMPLETED);
        assertThat(request.isOutcomeUnset()).isTrue();
        Fragment failed = map("fastapi", "GET /chat", "root status=x exception=Timeout").get(0);
        assertThat(failed.event().type()).isEqualTo(EventType.TASK_FAILED);
        assertThat(map("langchain", "LangGraph", "openinference.span.kind=CHAIN").get(0).event())
                .isNull();
    }

    /** A callback before the model answered; in other languages it may be a failed call. */
    @Test
    void aBareCallOfGoogleAdk_isAStepInPython_andAFailureElsewhere() throws Exception {
        String span =
                """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"telemetry.sdk.language",
                 "value":{"stringValue":"%s"}}]},"scopeSpans":[{"scope":{"name":"gcp.vertex.agent"},
                 "spans":[{"traceId":"0123456789abcdef0123456789abcdef",
                 "spanId":"00000000000000b1","parentSpanId":"00000000000000a1","name":"call_llm",
                 "startTimeUnixNano":"1764230400000000000",
                 "endTimeUnixNano":"1764230401000000000","status":{"code":%d}}]}]}]}
                """;
        assertThat(fragments(span.formatted("python", 0)))
                .extracting(Fragment::role)
                .containsExactly(Fragment.Role.STEP);
        assertThat(fragments(span.formatted("python", 2)).get(0).event().errorType()).isNotEmpty();
        assertThat(fragments(span.formatted("nodejs", 0)).get(0).event().errorType()).isNotEmpty();
    }

    private static TaskEvent call(String scope, String name, String attributes) throws Exception {
        List<Fragment> fragments = map(scope, name, attributes);
        assertThat(fragments).extracting(Fragment::role).containsExactly(Fragment.Role.CALL);
        return fragments.get(0).event();
    }

    /**
     * Maps a span with attributes in the form {@code name=value}. A number is sent as a number and
     * a quoted one as a text; {@code root} has no parent; {@code status} is the message of a
     * failure, with {@code exception} as its type.
     */
    private static List<Fragment> map(String scope, String name, String attributes)
            throws Exception {
        boolean isRoot = attributes.startsWith("root ");
        List<String> kept = new ArrayList<>();
        String failure = "";
        String exception = "";
        for (String one : attributes.replaceFirst("^root ", "").trim().split(" (?=[\\w.]+=)", -1)) {
            String value = one.substring(one.indexOf('=') + 1);
            if (one.startsWith("status=")) {
                failure = value;
            } else if (one.startsWith("exception=")) {
                exception = value;
            } else {
                kept.add(one);
            }
        }
        String status =
                failure.isEmpty()
                        ? ""
                        : ",\"status\":{\"code\":2},\"events\":[{\"name\":\"exception\","
                                + "\"attributes\":[%s]}]"
                                        .formatted(
                                                list(
                                                        "exception.type=" + exception,
                                                        "exception.message=" + failure));
        String body =
                """
                {"resourceSpans":[{"scopeSpans":[{"scope":{"name":"%s"},"spans":[{
                 "traceId":"0123456789abcdef0123456789abcdef","spanId":"00000000000000b1",
                 "parentSpanId":"%s","name":"%s","startTimeUnixNano":"1764230400000000000",
                 "endTimeUnixNano":"1764230401000000000","attributes":[%s]%s}]}]}]}
                """
                        .formatted(
                                scope,
                                isRoot ? "" : "00000000000000a1",
                                name,
                                list(kept.toArray(String[]::new)),
                                status);
        return fragments(body);
    }

    private static List<Fragment> fragments(String body) throws Exception {
        List<Fragment> fragments = new ArrayList<>();
        Mapped mapped =
                new Sources(Clock.systemUTC())
                        .otlp(
                                TelemetrySignal.TRACES,
                                true,
                                body.getBytes(StandardCharsets.UTF_8),
                                Caller.ANYONE);
        assertThat(mapped.rejection()).isEmpty();
        for (Outgoing made : mapped.records()) {
            if (made.topic().equals(Topics.SPANS)) {
                fragments.add(FragmentCodec.decode(made.value(), new EventDecoder()));
            }
        }
        return fragments;
    }

    private static String list(String... attributes) {
        return Stream.of(attributes)
                .map(LibrarySpansTest::attribute)
                .collect(Collectors.joining(","));
    }

    private static String attribute(String text) {
        int at = text.indexOf('=');
        String value = text.substring(at + 1);
        String kind = value.matches("\\d+") ? "intValue" : "stringValue";
        if (value.matches("\\d+(\\.\\d+)?(e-?\\d+)?") && !value.matches("\\d+")) {
            return "{\"key\":\"%s\",\"value\":{\"doubleValue\":%s}}"
                    .formatted(text.substring(0, at), value);
        }
        String plain = value.matches("'.*'") ? value.substring(1, value.length() - 1) : value;
        return "{\"key\":\"%s\",\"value\":{\"%s\":\"%s\"}}"
                .formatted(text.substring(0, at), kind, plain.replace("\"", "\\\""));
    }
}
