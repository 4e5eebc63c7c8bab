package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life cycle as a table: signals and passing time on the left, changes on the right. */
class IncidentTest {
    private static final AlertRule RULE =
            AlertRuleBuilder.builder()
                    .ruleId("r")
                    .type(AlertType.HIGH_ERROR_RATE)
                    .enabled(true)
                    .severity(Severity.WARNING)
                    .forSeconds(60)
                    .keepSeconds(300)
                    .sinceMillis(0)
                    .build();

    /**
     * Letters are signals (R raised, E eased, C cleared, W worsened, X escalated, H happened),
     * numbers are seconds that pass.
     */
    @ParameterizedTest
    @CsvSource({
        "R 59,                     pending",
        "R 60,                     pending fires",
        "R 30 E 60,                pending withdrawn",
        "R 30 C,                   pending withdrawn",
        "R 60 C 299,               pending fires recovers",
        "R 60 C 300,               pending fires recovers resolves",
        "R 60 C 100 E 400,         pending fires recovers relapses",
        "R 60 C 100 R C 300,       pending fires recovers relapses recovers resolves",
        "R 60 E 900,               pending fires",
        "R 60 C 300 R 60,          pending fires recovers resolves pending fires",
        "R 60 W X,                 pending fires worsens",
        "R X 60,                   pending fires",
        "X 60,                     pending fires",
        "H 299,                    fires",
        "H 300,                    fires resolves",
        "H 200 H 299,              fires",
        "H 200 H 300,              fires resolves",
        "R H,                      pending fires",
        "R 60 C R C R C R C 300,   pending fires recovers relapses recovers relapses recovers flaps"
                + " recovers",
        "R 60 C R C R C R C 1800,  pending fires recovers relapses recovers relapses recovers flaps"
                + " recovers resolves",
        "C E,                      ''"
    })
    void transitions(String what, String expected) {
        Incident incident = Incident.of(signal(SignalKind.RAISED));
        List<String> changes = new ArrayList<>();
        long now = 1_000_000;
        for (String step : what.strip().split(" ", -1)) {
            if (Character.isDigit(step.charAt(0))) {
                long end = now + Long.parseLong(step) * 1000;
                while (incident.due() <= end) {
                    now = incident.due();
                    note(changes, incident.dueAt(now));
                }
                now = end;
            } else {
                note(changes, incident.accept(signal(kind(step)), now));
            }
        }
        assertThat(String.join(" ", changes)).isEqualTo(expected.strip());
    }

    private static void note(List<String> changes, AlertChange change) {
        if (change != null) {
            changes.add(change.wireName());
        }
    }

    private static SignalKind kind(String letter) {
        return switch (letter) {
            case "R" -> SignalKind.RAISED;
            case "E" -> SignalKind.EASED;
            case "C" -> SignalKind.CLEARED;
            case "W" -> SignalKind.WORSENED;
            case "X" -> SignalKind.ESCALATED;
            case "H" -> SignalKind.HAPPENED;
            default -> throw new IllegalArgumentException(letter);
        };
    }

    private static Signal signal(SignalKind kind) {
        Signal signal =
                new Signal(
                        kind,
                        0,
                        RULE,
                        RULE.severity(),
                        Subject.agent("a", "worker", "openai"),
                        Evidence.NONE,
                        false);
        return kind == SignalKind.ESCALATED ? signal.at(Severity.CRITICAL) : signal;
    }
}
