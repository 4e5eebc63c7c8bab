package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions of the page's modules. One page serves all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageModuleChecks extends PageChecks {
    @Override
    @BeforeEach
    void open() {
        if (page == null) {
            super.open();
            show("?view=runbook");
            // A paused page sends no requests while a test replaces fetch.
            page.keyboard().press("p");
        }
    }

    /** The page stays open. */
    @Override
    @AfterEach
    void close() {
        assertNoComplaints();
    }

    @AfterAll
    void closePage() {
        super.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "percent(0.99996)|99.9 %",
                "percent(1)|100.0 %",
                "percent(0.996, 0)|99 %",
                "percent(0.00001)|0.1 %",
                "percent(0)|0.0 %",
                "compact(999999)|1.00 M",
                "compact(999949)|1.00 M",
                "compact(99999)|100 k",
                "compact(12345)|12.3 k",
                "compact(999999999)|1.00 B",
                "compactTick(999999)|1 M",
                "unit(0.01215)|$0.0122",
                "unit(0.9996)|$1.00",
                "usd(1.005)|$1.01",
                "usd(1234.565)|$1,234.57",
                "percent(0.285, 0)|29 %",
                "duration(1450)|1.5 s",
                "atLeast(2.5, 6)|≥ $2.50",
                "atLeast(2.5, 0)|$2.50",
                "atLeast(null, 6)|unknown",
                "many(1, 'agent')|1 agent",
                "many(0, 'agent')|0 agents",
                "duration(999.7)|1.0 s",
                "signed(-0.01)|±0.0"
            })
    void figuresAreRoundedHonestly(String call, String written) {
        assertThat(inModule("format.js", "m." + call)).isEqualTo(written);
    }

    /** An id that is a part of a path, of a model or of another name is no word of its own. */
    @Test
    void providersAreNamedInSentences() {
        String sentence = "From openai to gcp.gemini, not openai/gpt-5, my-openai or groq.com.";
        assertThat(inModule("format.js", "m.named('%s')".formatted(sentence)))
                .isEqualTo("From OpenAI to Gemini, not openai/gpt-5, my-openai or groq.com.");
        assertThat(inModule("format.js", "m.providerId('gemini') + m.providerId('mine')"))
                .isEqualTo("gcp.geminimine");
    }

    @ParameterizedTest
    @CsvSource({
        "agent,high_error_rate,30.04,evidence of a change 30.0",
        "agent,cost_spike,9.5,evidence of a change 9.5",
        "agent,high_response_time,30,slow above 30.0 s",
        "provider,high_response_time,0.42,'at least 42 %, with 95 % confidence'",
        "provider,provider_issues,0.42,'at least 42 %, with 95 % confidence'",
        "agent_type,queue_backlog,720,empty in 12 m 00 s",
        "fleet,cost_threshold,1.2,",
        "agent,token_spike,null,"
    })
    void theScoreOfAnAlertSaysWhatItIs(String scope, String type, String score, String text) {
        String alert = "{scope: '%s', type: '%s', evidence: {score: %s}}";
        String call = "m.scoreOf(%s)".formatted(alert.formatted(scope, type, score));
        assertThat(inModule("alerts.js", call)).isEqualTo(text);
    }

    @Test
    void costOfAnIncident_namesItsSubject() {
        String cost =
                "{tasks: 60, failed_tasks: 54, usual_failed_tasks: 1, wasted_usd: 3.38,"
                        + " extra_usd: -1}";
        assertThat(inModule("views/verdict.js", "m.incidentCost(%s).join('')".formatted(cost)))
                .isEqualTo("$3.38 wasted on 54 failed tasks of 60, 53 failures more than usual");
        assertThat(inModule("views/verdict.js", "m.extraCost(%s)".formatted(cost)))
                .isEqualTo("The cost is no more than usual for this many tasks.");
        assertThat(inModule("views/verdict.js", "m.incidentCost({tasks: 0}).join('')"))
                .isEqualTo("$0, because no task has ended since it began");
    }

    /** Two operators exclude a provider each: the second change is based on the first one. */
    @Test
    void aChangeOfThePolicyIsMadeAgain_ifAnotherOneCameFirst() {
        String change =
                """
                (async () => {
                  const sent = [];
                  const json = (status, body) => new Response(JSON.stringify(body), { status });
                  const policy = { scope: 'global', excluded: ['a'], version: 7, by: 'ann' };
                  const asked = globalThis.fetch;
                  globalThis.fetch = async (_, { method, body }) => {
                    if (method !== 'PUT') return json(200, { policies: [policy] });
                    sent.push(body);
                    if (sent.length > 1) return json(200, {});
                    policy.version = 8;
                    policy.excluded = ['a', 'b'];
                    return json(409, { code: 'version_conflict' });
                  };
                  try {
                    await m.changePolicy((p) => ({ excluded: [...p.excluded, 'c'] }));
                  } finally {
                    globalThis.fetch = asked;
                  }
                  return sent.join(' ');
                })()
                """;
        assertThat(inModule("api.js", change))
                .isEqualTo(
                        "{\"scope\":\"global\",\"excluded\":[\"a\",\"c\"],\"version\":7} "
                                + "{\"scope\":\"global\",\"excluded\":[\"a\",\"b\",\"c\"],\"version\":8}");
    }

    @Test
    void ratioOfAnUnknownPartIsUnknown() {
        assertThat(inModule("series.js", "[m.ratio(null, 4), m.ratio(1, 0), m.ratio(0, 4)].join()"))
                .isEqualTo(",,0");
    }

    @Test
    void timelineKeepsTheFirstCritical() {
        Object kept =
                inModule(
                        "views/alerts.js",
                        "m.lanes(Array.from({ length: 40 }, (_, i) => ({ a: i, x: { alert: {"
                                + " severity: i === 1 || i > 37 ? 'critical' : 'warning' } }"
                                + " }))).map((l) => l.a)");
        assertThat((List<?>) kept).asString().isEqualTo("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 38, 39]");
    }
}
