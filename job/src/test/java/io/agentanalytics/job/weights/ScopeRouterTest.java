package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.CountersHarness;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.ProviderRequestBuilder;
import io.agentanalytics.job.model.RequestOutcome;
import java.util.List;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeRouterTest {
    private static final int MAX_TYPES = 200;
    private static final int HOUR = 3_600;

    private CountersHarness<ProviderRequest, ScopedInput> router;

    @BeforeEach
    void open() throws Exception {
        router = new CountersHarness<>(new StreamFlatMap<>(new ScopeRouter()));
        router.open();
    }

    @AfterEach
    void close() throws Exception {
        router.close();
    }

    private static ProviderRequest request(String type, double at) {
        return ProviderRequestBuilder.builder(
                        Requests.ended("cheap", "task", at, RequestOutcome.OK, 1, .01))
                .agentType(type)
                .build();
    }

    /** Returns the scopes of a request. */
    private List<String> scopes(String type, double at) throws Exception {
        int before = router.extractOutputValues().size();
        ProviderRequest request = request(type, at);
        router.processElement(request, 0);
        List<ScopedInput> all = router.extractOutputValues();
        List<ScopedInput> routed = all.subList(before, all.size());
        assertThat(routed).allMatch(each -> each.request().equals(request));
        return routed.stream().map(ScopedInput::scope).toList();
    }

    private boolean isAdmitted(String type, double at) throws Exception {
        List<String> scopes = scopes(type, at);
        assertThat(scopes).startsWith(WeightScope.GLOBAL);
        return scopes.contains(WeightScope.ofAgentType(type));
    }

    private void fill(String name, int types, double at) throws Exception {
        for (int i = 0; i < types; i++) {
            assertThat(isAdmitted(name + i, at)).as(name + i).isTrue();
        }
    }

    private long beyondLimit() {
        return router.count("place.weight_agent_types.names_beyond_limit");
    }

    @Test
    void aRequestCountsForTheGlobalScopeAndForItsType() throws Exception {
        assertThat(scopes("worker", 0)).containsExactly("global", "agent_type:worker");
    }

    @Test
    void aTypeBeyondTheLimitCountsForTheGlobalScopeOnly() throws Exception {
        fill("type ", MAX_TYPES, 0);
        assertThat(beyondLimit()).isZero();
        assertThat(scopes("one more", 1)).containsExactly("global");
        assertThat(scopes("one more", 2)).containsExactly("global");
        assertThat(beyondLimit()).isEqualTo(2);
        fill("type ", MAX_TYPES, 3);
        assertThat(beyondLimit()).isEqualTo(2);
    }

    @Test
    void typesMakeRoomAfterAnHourOfSilence() throws Exception {
        fill("type ", MAX_TYPES, 0);
        assertThat(isAdmitted("type 7", 1)).isTrue();
        assertThat(isAdmitted("new", HOUR)).isFalse();
        assertThat(isAdmitted("new", HOUR + .001)).isTrue();
        fill("new ", MAX_TYPES - 2, HOUR + 1);
        assertThat(isAdmitted("type 0", HOUR + 1)).as("forgotten").isFalse();
        assertThat(isAdmitted("type 7", HOUR + 1)).as("not yet forgotten").isTrue();
    }

    @Test
    void aForgottenTypeIsAdmittedAgainWhenThereIsRoom() throws Exception {
        fill("type ", MAX_TYPES, 0);
        assertThat(isAdmitted("new", HOUR + 1)).isTrue();
        assertThat(isAdmitted("type 0", HOUR + 2)).isTrue();
    }

    @Test
    void aRequestThatIsLateDoesNotShortenTheStayOfItsType() throws Exception {
        fill("type ", MAX_TYPES, 100);
        assertThat(isAdmitted("type 0", 0)).isTrue();
        assertThat(isAdmitted("new", HOUR + 50)).isFalse();
    }

    /** The router keeps no state: the types that come first after a restart are admitted. */
    @Test
    void afterARestartTheLimitCountsAnew() throws Exception {
        fill("type ", MAX_TYPES, 0);
        assertThat(isAdmitted("new", 1)).isFalse();
        var snapshot = router.snapshot(1, 1);
        router.close();
        router = new CountersHarness<>(new StreamFlatMap<>(new ScopeRouter()));
        router.initializeState(snapshot);
        router.open();
        assertThat(scopes("new", 2)).containsExactly("global", "agent_type:new");
        fill("type ", MAX_TYPES - 1, 3);
        assertThat(isAdmitted("type " + (MAX_TYPES - 1), 4)).isFalse();
        assertThat(beyondLimit()).isEqualTo(1);
    }
}
