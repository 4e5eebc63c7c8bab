package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InhibitionTest {
    private static final long NOW = 1_767_600_000_000L;
    private static final long TEN_MINUTES = 600_000;
    private static final Subject OPENAI = Subject.provider("openai");

    private final Map<String, Incident> incidents = new TreeMap<>();
    private final Inhibition inhibition = new Inhibition(incidents);

    private Incident open(AlertType type, Subject subject) {
        AlertRule rule = AlertRule.standard(type);
        Incident incident =
                Incident.of(
                        new Signal(
                                SignalKind.RAISED,
                                NOW,
                                rule,
                                Severity.WARNING,
                                subject,
                                Evidence.NONE,
                                false));
        incident.state = AlertState.FIRING;
        incident.startedMillis = NOW;
        incidents.put(incident.key, incident);
        return incident;
    }

    private Incident symptom(String agent) {
        return open(AlertType.HIGH_ERROR_RATE, Subject.agent(agent, "worker", "openai"));
    }

    private List<String> changed(Incident cause, AlertChange change) {
        List<String> inhibited = new ArrayList<>();
        inhibition.changed(cause, change, NOW, i -> inhibited.add(i.subject.name()));
        return inhibited;
    }

    @ParameterizedTest
    @CsvSource({
        "HIGH_ERROR_RATE,      openai,    WARNING,  false, PROVIDER_ISSUES,    true",
        "HIGH_ERROR_RATE,      openai,    CRITICAL, false, PROVIDER_ISSUES,    true",
        "HIGH_ERROR_RATE,      openai,    WARNING,  false, PROVIDER_QUOTA,     true",
        "HIGH_ERROR_RATE,      anthropic, WARNING,  false, PROVIDER_ISSUES,    false",
        "HIGH_ERROR_RATE,      '',        WARNING,  false, PROVIDER_ISSUES,    false",
        "HIGH_RESPONSE_TIME,   openai,    WARNING,  false, PROVIDER_ISSUES,    true",
        "HIGH_RESPONSE_TIME,   openai,    WARNING,  false, HIGH_RESPONSE_TIME, true",
        "HIGH_ERROR_RATE,      openai,    WARNING,  false, HIGH_RESPONSE_TIME, false",
        "RUNAWAY_AGENT,        openai,    WARNING,  false, HIGH_RESPONSE_TIME, false",
        "RUNAWAY_AGENT,        openai,    WARNING,  false, PROVIDER_ISSUES,    true",
        "COST_SPIKE,           openai,    WARNING,  false, PROVIDER_ISSUES,    false",
        "COST_SPIKE,           openai,    WARNING,  true,  PROVIDER_ISSUES,    true",
        "COST_SPIKE,           openai,    CRITICAL, true,  PROVIDER_ISSUES,    false",
        "REPEATED_COST_SPIKES, openai,    WARNING,  true,  PROVIDER_ISSUES,    true",
        "TOKEN_SPIKE,          openai,    WARNING,  true,  PROVIDER_ISSUES,    true",
    })
    void alertOfAnAgentIsASymptom(
            AlertType type,
            String provider,
            Severity severity,
            boolean moved,
            AlertType causeType,
            boolean isSymptom) {
        Incident cause = open(causeType, OPENAI);
        Incident incident = open(type, Subject.agent("planner", "worker", provider));
        incident.severity = severity;
        incident.latest = moved ? Evidence.NONE.moved("openai", "google") : Evidence.NONE;
        inhibition.update(incident);
        assertThat(incident.inhibitedBy).isEqualTo(isSymptom ? AlertRecords.id(cause) : null);
    }

    @ParameterizedTest
    @CsvSource({
        "PROVIDER_ERROR_BURST, PROVIDER_ISSUES, true",
        "PROVIDER_ERROR_BURST, PROVIDER_QUOTA,  false",
        "FAILED_FAILOVER,      PROVIDER_ISSUES, true",
        "FAILED_FAILOVER,      PROVIDER_QUOTA,  true",
        "PROVIDER_SATURATED,   PROVIDER_ISSUES, false",
    })
    void alertOfAProviderIsASymptomOfAnother(AlertType type, AlertType cause, boolean isSymptom) {
        open(cause, OPENAI);
        Incident incident = open(type, OPENAI);
        inhibition.update(incident);
        assertThat(incident.inhibitedBy != null).isEqualTo(isSymptom);
    }

    @ParameterizedTest
    @CsvSource({
        "FIRING,     false, false, true",
        "PENDING,    false, false, true",
        "RECOVERING, false, false, true",
        "FIRING,     true,  false, false", // in processing time
        "FIRING,     false, true,  false", // of a shadow rule
        ",           false, false, false", // ended
    })
    void openAlertInEventTimeInhibits(
            AlertState state, boolean clock, boolean shadow, boolean inhibits) {
        Incident cause = open(AlertType.PROVIDER_ISSUES, OPENAI);
        cause.state = state;
        cause.clock = clock;
        cause.rule = AlertRuleBuilder.builder(cause.rule).shadow(shadow).build();
        Incident symptom = symptom("planner");
        inhibition.update(symptom);
        assertThat(symptom.inhibitedBy != null).isEqualTo(inhibits);
    }

    @Test
    void slowestRuleIsTheCause() {
        open(AlertType.PROVIDER_QUOTA, OPENAI);
        Incident slow = open(AlertType.PROVIDER_ISSUES, OPENAI);
        open(AlertType.PROVIDER_AUTH, OPENAI);
        Incident symptom = symptom("planner");
        inhibition.update(symptom);
        assertThat(symptom.inhibitedBy).isEqualTo(AlertRecords.id(slow));
    }

    @Test
    void inhibitionEndsWithoutItsCause_unlessItsReleaseIsDue() {
        Incident symptom = symptom("planner");
        symptom.inhibitedBy = "ended";
        symptom.releaseAt = NOW + 1;
        inhibition.update(symptom);
        assertThat(symptom.inhibitedBy).isEqualTo("ended");
        symptom.releaseAt = Incident.NEVER;
        inhibition.update(symptom);
        assertThat(symptom.inhibitedBy).isNull();
    }

    @Test
    void inhibitionMovesToAnotherAlertOfTheProvider() {
        Incident other = open(AlertType.PROVIDER_QUOTA, OPENAI);
        Incident symptom = symptom("planner");
        symptom.inhibitedBy = "ended";
        symptom.releaseAt = NOW;
        inhibition.inhibit(symptom);
        assertThat(symptom.inhibitedBy).isEqualTo(AlertRecords.id(other));
        assertThat(symptom.releaseAt).isEqualTo(Incident.NEVER);
    }

    @Test
    void alertThatFires_inhibitsTheSymptomsOfTheLastTenMinutes() {
        Incident cause = open(AlertType.PROVIDER_ISSUES, OPENAI);
        symptom("b").startedMillis = NOW - TEN_MINUTES;
        symptom("c").startedMillis = NOW - TEN_MINUTES - 1;
        symptom("d").state = AlertState.RECOVERING;
        symptom("e").inhibitedBy = "other";
        symptom("a");
        assertThat(changed(cause, AlertChange.FIRES)).containsExactly("a", "b");
        assertThat(changed(cause, AlertChange.FIRES)).as("once").isEmpty();
    }

    @Test
    void alertOfAShadowRuleInhibitsNothing() {
        Incident cause = open(AlertType.PROVIDER_ISSUES, OPENAI);
        cause.rule = AlertRuleBuilder.builder(cause.rule).shadow(true).build();
        symptom("a");
        assertThat(changed(cause, AlertChange.FIRES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"WITHDRAWN, 0", "RESOLVES, 600", "RECOVERS, ", "WORSENS, "})
    void symptomsAreReleased_atOnceIfTheAlertWasWithdrawn(AlertChange change, Long seconds) {
        Incident cause = open(AlertType.PROVIDER_ISSUES, OPENAI);
        Incident symptom = symptom("a");
        Incident other = symptom("b");
        symptom.inhibitedBy = AlertRecords.id(cause);
        other.inhibitedBy = "other";
        cause.state = null;
        assertThat(changed(cause, change)).isEmpty();
        assertThat(symptom.releaseAt)
                .isEqualTo(seconds == null ? Incident.NEVER : NOW + seconds * 1000);
        assertThat(other.releaseAt).isEqualTo(Incident.NEVER);
    }
}
